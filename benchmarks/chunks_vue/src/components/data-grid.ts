import { type ColumnDef, FlexRender, type Header, useTable } from "@tanstack/vue-table";
import { defineComponent, h, toRef } from "vue";
import { type Features, features } from "../helpers/tables";
import "./data-grid.css";

// h() cannot infer a component's type parameter, so that the rows are of any type here; columns are checked where they are made.
type Row = any;

interface DataGridProps {
  rows: readonly Row[];
  columns: ColumnDef<Features, Row, any>[];
  /** The property that tells rows apart. */
  rowKey: string;
  pageSize?: number;
}

const arrows = { asc: " ↑", desc: " ↓", none: "" } as const;

function heading(header: Header<Features, Row, unknown>) {
  const sorted = header.column.getIsSorted() || "none";
  return h(
    "th",
    { key: header.id, "aria-sort": sorted === "none" ? "none" : sorted === "asc" ? "ascending" : "descending" },
    h("button", { type: "button", onClick: header.column.getToggleSortingHandler() }, [
      h(FlexRender, { header }),
      arrows[sorted],
    ]),
  );
}

/** A sortable table in pages; its columns say what stands in a cell. */
export const DataGrid = defineComponent(
  (props: DataGridProps) => {
    const table = useTable<Features, Row>({
      features,
      columns: props.columns,
      data: toRef(props, "rows"),
      getRowId: (row: Row) => String(row[props.rowKey]),
      initialState: { pagination: { pageIndex: 0, pageSize: props.pageSize ?? 14 } },
    });
    const head = () =>
      table.getHeaderGroups().map((group) =>
        h(
          "tr",
          { key: group.id },
          group.headers.map((header) => heading(header)),
        ),
      );
    const body = () =>
      table.getRowModel().rows.map((row) =>
        h(
          "tr",
          { key: row.id },
          row.getAllCells().map((cell) => h("td", { key: cell.id }, h(FlexRender, { cell }))),
        ),
      );
    const foot = () => {
      const { pageIndex } = table.atoms.pagination.get();
      return h("footer", { class: "data-grid-pages" }, [
        h("button", { type: "button", disabled: !table.getCanPreviousPage(), onClick: () => table.previousPage() }, "‹ Previous"),
        h("span", `Page ${pageIndex + 1} of ${Math.max(1, table.getPageCount())}`),
        h("button", { type: "button", disabled: !table.getCanNextPage(), onClick: () => table.nextPage() }, "Next ›"),
      ]);
    };
    return () => h("div", { class: "data-grid" }, [h("table", [h("thead", head()), h("tbody", body())]), foot()]);
  },
  { name: "DataGrid", props: ["rows", "columns", "rowKey", "pageSize"] },
);
