import { Download } from "@element-plus/icons-vue";
import { ElButton } from "element-plus";
import "element-plus/es/components/button/style/css";
import { defineComponent, h } from "vue";
import { useNotify } from "../composables/use-notify";
import { saveCsv } from "../helpers/csv";
import { plural } from "../helpers/text";

interface ExportButtonProps {
  name: string;
  /** Asked for when the button is clicked. */
  rows: () => ReadonlyArray<Readonly<Record<string, unknown>>>;
}

export const ExportButton = defineComponent(
  (props: ExportButtonProps) => {
    const notify = useNotify();
    const save = () => {
      const rows = props.rows();
      saveCsv(props.name, rows);
      notify(`${plural(rows.length, "row")} saved as ${props.name}.csv`);
    };
    return () => h(ElButton, { icon: Download, onClick: save }, () => "CSV");
  },
  { name: "ExportButton", props: ["name", "rows"] },
);
