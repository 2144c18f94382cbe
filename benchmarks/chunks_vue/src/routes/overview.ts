import { ElAlert, ElTimeline, ElTimelineItem } from "element-plus";
import "element-plus/es/components/alert/style/css";
import "element-plus/es/components/timeline/style/css";
import "element-plus/es/components/timeline-item/style/css";
import { computed, defineComponent, h, ref } from "vue";
import { RouterLink } from "vue-router";
import { Chart } from "../components/chart";
import { Metric, Metrics } from "../components/metric";
import { Page } from "../components/page";
import { Panel, Panels } from "../components/panel";
import { useParcels } from "../composables/use-parcels";
import { useServiceDays } from "../composables/use-service-days";
import { now } from "../data/clock";
import { announcements, shiftEvents } from "../data/events";
import { stagesChart } from "../features/charts/stages";
import { volumeChart } from "../features/charts/volume";
import { moment, time } from "../helpers/dates";
import { shorten } from "../helpers/text";
import "./overview.css";

export default defineComponent({
  name: "Overview",
  setup() {
    const { data: parcels } = useParcels();
    const days = useServiceDays(ref(28));
    const today = computed(() => days.value.at(-1));
    const held = computed(() => (parcels.value ?? []).filter((parcel) => parcel.stage === "held"));
    const volume = computed(() => volumeChart(days.value));
    const stages = computed(() => stagesChart(parcels.value ?? []));

    const figures = () =>
      h(Metrics, () => [
        h(Metric, { label: "Collected today", value: today.value?.collected ?? 0, change: 3.2 }),
        h(Metric, { label: "Delivered today", value: today.value?.delivered ?? 0, change: 1.8 }),
        h(Metric, { label: "Late", value: today.value?.late ?? 0, change: -4.1 }),
        h(Metric, { label: "Held", value: held.value.length }),
      ]);
    const events = () =>
      h(ElTimeline, { class: "overview-events" }, () =>
        shiftEvents.map((event) => h(ElTimelineItem, { type: event.kind, timestamp: time(event.at) }, () => event.text)),
      );
    const shelf = () =>
      h(
        "ul",
        { class: "overview-held" },
        held.value.map((parcel) =>
          h("li", { key: parcel.id }, [
            h(RouterLink, { to: `/parcels/${parcel.id}` }, () => parcel.id),
            h("span", shorten(`${parcel.recipient}, ${parcel.street}`, 34)),
          ]),
        ),
      );

    return () =>
      h(Page, { title: "Overview", intro: moment(now) }, () => [
        figures(),
        h(ElAlert, { type: "info", title: announcements[0]!, showIcon: true, closable: false }),
        h(Panels, () => [
          h(Panel, { title: "Four weeks", wide: true }, () =>
            h(Chart, { option: volume.value, label: "Collected and delivered by day" }),
          ),
          h(Panel, { title: "Parcels by stage" }, () =>
            h(Chart, { option: stages.value, label: "Parcels by stage", height: 240 }),
          ),
          h(Panel, { title: "This shift" }, events),
          h(Panel, { title: "On the held shelf" }, shelf),
        ]),
      ]);
  },
});
