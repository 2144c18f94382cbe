import { EditPen, Star, StarFilled } from "@element-plus/icons-vue";
import { ElButton, ElDescriptions, ElDescriptionsItem, ElStep, ElSteps } from "element-plus";
import "element-plus/es/components/button/style/css";
import "element-plus/es/components/descriptions/style/css";
import "element-plus/es/components/descriptions-item/style/css";
import "element-plus/es/components/step/style/css";
import "element-plus/es/components/steps/style/css";
import { computed, defineAsyncComponent, defineComponent, h, ref } from "vue";
import { DepotLink } from "../components/depot-link";
import { Missing } from "../components/missing";
import { Page } from "../components/page";
import { Panel, Panels } from "../components/panel";
import { QrCode } from "../components/qr-code";
import { StageTag } from "../components/stage-tag";
import { useParcel } from "../composables/use-parcels";
import { customerOf } from "../data/customers";
import type { Parcel } from "../data/parcels";
import { Quote } from "../features/booking/quote";
import { NoteList } from "../features/notes/note-list";
import { journeyOf, progressOf } from "../features/parcels/journey";
import { useWatchlist } from "../features/parcels/watchlist";
import { isOver, moment } from "../helpers/dates";
import { kilograms } from "../helpers/numbers";
import styles from "./parcel.module.css";

const NoteDialog = defineAsyncComponent(() => import("../features/notes/note-dialog"));

const item = (label: string, content: () => unknown) => h(ElDescriptionsItem, { label }, content);

function details(parcel: Parcel) {
  return h(ElDescriptions, { column: 2, border: true }, () => [
    item("Sender", () => customerOf(parcel.sender)?.name ?? parcel.sender),
    item("Recipient", () => parcel.recipient),
    item("From", () => h(DepotLink, { id: parcel.from })),
    item("To", () => [parcel.street, ", ", h(DepotLink, { id: parcel.to })]),
    item("Service", () => parcel.service),
    item("Weight", () => kilograms(parcel.weight)),
    item("Stage", () => h(StageTag, { stage: parcel.stage })),
    item("Due", () =>
      h("span", { class: isOver(parcel.due) && parcel.stage !== "delivered" && styles.late }, moment(parcel.due)),
    ),
  ]);
}

function journey(parcel: Parcel) {
  return h(ElSteps, { active: progressOf(parcel), finishStatus: "success", alignCenter: true }, () =>
    journeyOf(parcel).map((step) =>
      h(ElStep, {
        key: step.title,
        title: step.title,
        description: step.done ? `${step.where}, ${moment(step.at)}` : step.where,
      }),
    ),
  );
}

export default defineComponent({
  name: "Parcel",
  props: { id: { type: String, required: true } },
  setup(props) {
    const { data: parcel } = useParcel(() => props.id);
    const watchlist = useWatchlist();
    const watched = computed(() => watchlist.has(props.id));
    const writing = ref(false);

    const actions = () => [
      h(ElButton, { icon: watched.value ? StarFilled : Star, onClick: () => watchlist.toggle(props.id) }, () =>
        watched.value ? "Watched" : "Watch",
      ),
      h(ElButton, { icon: EditPen, type: "primary", onClick: () => (writing.value = true) }, () => "Add a note"),
    ];
    const content = (found: Parcel) => [
      h(Panel, { title: "Journey" }, () => journey(found)),
      h(Panel, { title: "Details" }, () => details(found)),
      h(Panels, () => [
        h(Panel, { title: "Charge" }, () => h(Quote, { load: found })),
        h(Panel, { title: "Label" }, () =>
          h("div", { class: styles.label }, [h(QrCode, { text: found.id }), h("code", found.id)]),
        ),
        h(Panel, { title: "Notes" }, () => h(NoteList, { about: found.id })),
      ]),
    ];

    return () =>
      h(
        Page,
        { title: `Parcel ${props.id}` },
        {
          actions,
          default: () => [
            parcel.value === null && h(Missing, { what: `parcel ${props.id}`, back: "/parcels" }),
            parcel.value && content(parcel.value),
            writing.value && h(NoteDialog, { about: props.id, onClose: () => (writing.value = false) }),
          ],
        },
      );
  },
});
