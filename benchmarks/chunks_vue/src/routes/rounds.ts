import { NButton, NCard, NSelect, NTag } from "naive-ui";
import { storeToRefs } from "pinia";
import { defineComponent, h, ref } from "vue";
import { Naive } from "../components/naive";
import { Page } from "../components/page";
import { Panel } from "../components/panel";
import { RichText } from "../components/rich-text";
import { drivers } from "../data/staff";
import { depotOf } from "../data/depots";
import { driveOf, useRounds } from "../features/rounds/rounds";
import { StopList } from "../features/rounds/stop-list";
import { minutesLong } from "../helpers/dates";
import { total } from "../helpers/collections";
import { plural } from "../helpers/text";
import styles from "./rounds.module.css";

const people = drivers.map((driver) => ({ value: driver.id, label: driver.name }));

const briefing = `<h3>Before you leave</h3><ul><li>Check the charge: <strong>60 %</strong> at least.</li><li>Chapel Row is closed until noon.</li></ul>`;

export default defineComponent({
  name: "Rounds",
  setup() {
    const store = useRounds();
    const { rounds } = storeToRefs(store);
    const text = ref(briefing);
    type Drafted = (typeof rounds.value)[number];

    const card = (round: Drafted) =>
      h(
        NCard,
        { key: round.id, title: round.id, size: "small" },
        {
          "header-extra": () =>
            h(NTag, { size: "small", type: driveOf(round.stops) > 75 ? "warning" : "success" }, () =>
              minutesLong(driveOf(round.stops)),
            ),
          default: () => [
            h(NSelect, {
              options: people,
              value: round.driver,
              size: "small",
              onUpdateValue: (driver: string) => store.give(round.id, driver),
            }),
            h(
              "p",
              { class: styles.sum },
              `${depotOf(round.depot)?.name}, ${plural(
                total(round.stops, (stop) => stop.parcels),
                "parcel",
              )}`,
            ),
            h(StopList, { round: round.id, stops: round.stops, onMove: store.move }),
          ],
        },
      );

    return () =>
      h(Naive, () =>
        h(
          Page,
          { title: "Rounds", intro: "Drag a stop to another place or another round." },
          {
            actions: () => h(NButton, { onClick: store.reset }, () => "Back to the plan"),
            default: () => [
              h("div", { class: styles.board }, rounds.value.map(card)),
              h(Panel, { title: "Briefing" }, () =>
                h(RichText, {
                  label: "Briefing",
                  modelValue: text.value,
                  "onUpdate:modelValue": (html: string) => (text.value = html),
                }),
              ),
            ],
          },
        ),
      );
  },
});
