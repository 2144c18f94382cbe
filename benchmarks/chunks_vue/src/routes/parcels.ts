import { Plus } from "@element-plus/icons-vue";
import { ElButton, ElOption, ElSelect } from "element-plus";
import "element-plus/es/components/button/style/css";
import "element-plus/es/components/option/style/css";
import "element-plus/es/components/select/style/css";
import { storeToRefs } from "pinia";
import { computed, defineAsyncComponent, defineComponent, h, ref } from "vue";
import { DataGrid } from "../components/data-grid";
import { ExportButton } from "../components/export-button";
import { Page } from "../components/page";
import { Panel } from "../components/panel";
import { SearchField } from "../components/search-field";
import { Toolbar } from "../components/toolbar";
import { useParcels } from "../composables/use-parcels";
import { useQueryText } from "../composables/use-query-text";
import { useSearch } from "../composables/use-search";
import { type Stage, stages } from "../data/parcels";
import { parcelColumns } from "../features/parcels/columns";
import { useWatchlist } from "../features/parcels/watchlist";
import { label } from "../helpers/text";
import styles from "./parcels.module.css";

const BookingDialog = defineAsyncComponent(() => import("../features/booking/booking-dialog"));

export default defineComponent({
  name: "Parcels",
  setup() {
    const { data } = useParcels();
    const watchlist = useWatchlist();
    const { ids } = storeToRefs(watchlist);
    const text = useQueryText("find");
    const stage = ref<Stage | "">("");
    const watchedOnly = ref(false);
    const booking = ref(false);
    const rows = computed(() =>
      (data.value ?? []).filter(
        (parcel) => (!stage.value || parcel.stage === stage.value) && (!watchedOnly.value || ids.value.includes(parcel.id)),
      ),
    );
    const shown = useSearch(rows, text, ["id", "recipient", "street", "service"]);

    const filters = () => [
      h(SearchField, {
        label: "Parcel, recipient or street",
        modelValue: text.value,
        "onUpdate:modelValue": (value: string) => (text.value = value),
      }),
      h(
        ElSelect,
        {
          class: styles.stage,
          modelValue: stage.value,
          "onUpdate:modelValue": (value: Stage | "") => (stage.value = value ?? ""),
          placeholder: "Any stage",
          clearable: true,
        },
        () => stages.map((name) => h(ElOption, { key: name, value: name, label: label(name) })),
      ),
      h("label", { class: styles.watched }, [
        h("input", { type: "checkbox", checked: watchedOnly.value, onChange: () => (watchedOnly.value = !watchedOnly.value) }),
        "Watched only",
      ]),
    ];
    const actions = () => [
      h(ExportButton, { name: "parcels", rows: () => shown.value.map((parcel) => ({ ...parcel })) }),
      h(ElButton, { type: "primary", icon: Plus, onClick: () => (booking.value = true) }, () => "Book a parcel"),
    ];

    return () =>
      h(
        Page,
        { title: "Parcels", intro: "Booked within the last three days" },
        {
          actions,
          default: () => [
            h(Toolbar, null, { default: filters, end: () => `${shown.value.length} of ${data.value?.length ?? 0}` }),
            h(Panel, { flush: true }, () => h(DataGrid, { rows: shown.value, columns: parcelColumns, rowKey: "id" })),
            booking.value && h(BookingDialog, { onClose: () => (booking.value = false) }),
          ],
        },
      );
  },
});
