import { Rating, Table, TableBody, TableCell, TableHead, TableRow, TableSortLabel, TextField } from "@mui/material";
import {
  createColumnHelper,
  flexRender,
  getCoreRowModel,
  getFilteredRowModel,
  getPaginationRowModel,
  getSortedRowModel,
  type SortingState,
  useReactTable,
} from "@tanstack/react-table";
import { useState } from "react";
import { Page } from "../components/page";
import { Material } from "../components/theme";
import { type Grower, growers } from "../data/growers";
import { shortDate } from "../helpers/dates";
import { useQueryText } from "../hooks/use-query-text";
import styles from "./growers.module.css";

const column = createColumnHelper<Grower>();
const columns = [
  column.accessor("name", { header: "Farm" }),
  column.accessor("region", { header: "Region" }),
  column.accessor("fruit", { header: "Fruit" }),
  column.accessor("hectares", { header: "Hectares" }),
  column.accessor("rating", {
    header: "Rating",
    cell: (cell) => <Rating value={cell.getValue()} readOnly size="small" />,
  }),
  column.accessor("since", { header: "Since", cell: (cell) => shortDate(cell.getValue()) }),
];

export function Component() {
  const [find, setFind] = useQueryText("find");
  const [sorting, setSorting] = useState<SortingState>([{ id: "name", desc: false }]);
  const table = useReactTable({
    data: growers as Grower[],
    columns,
    state: { sorting, globalFilter: find },
    onSortingChange: setSorting,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    getFilteredRowModel: getFilteredRowModel(),
    getPaginationRowModel: getPaginationRowModel(),
  });
  return (
    <Material>
      <Page title="Growers" intro={`${table.getFilteredRowModel().rows.length} farms`}>
        <TextField label="Find" size="small" value={find} onChange={(event) => setFind(event.target.value)} />
        <Table size="small" className={styles.table}>
          <TableHead>
            {table.getHeaderGroups().map((group) => (
              <TableRow key={group.id}>
                {group.headers.map((header) => (
                  <TableCell key={header.id}>
                    <TableSortLabel
                      active={Boolean(header.column.getIsSorted())}
                      direction={header.column.getIsSorted() === "desc" ? "desc" : "asc"}
                      onClick={header.column.getToggleSortingHandler()}
                    >
                      {flexRender(header.column.columnDef.header, header.getContext())}
                    </TableSortLabel>
                  </TableCell>
                ))}
              </TableRow>
            ))}
          </TableHead>
          <TableBody>
            {table.getRowModel().rows.map((row) => (
              <TableRow key={row.id} hover>
                {row.getVisibleCells().map((cell) => (
                  <TableCell key={cell.id}>{flexRender(cell.column.columnDef.cell, cell.getContext())}</TableCell>
                ))}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Page>
    </Material>
  );
}
