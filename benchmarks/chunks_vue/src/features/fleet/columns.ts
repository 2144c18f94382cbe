import { type DataTableColumns, NProgress, NTag } from "naive-ui";
import { h } from "vue";
import { DepotLink } from "../../components/depot-link";
import type { Vehicle, VehicleState } from "../../data/vehicles";
import { palette } from "../../helpers/colours";
import { since } from "../../helpers/dates";
import { count } from "../../helpers/numbers";
import { label } from "../../helpers/text";

const tone: Record<VehicleState, "success" | "info" | "warning"> = {
  "on the road": "success",
  loading: "info",
  workshop: "warning",
};

export const fleetColumns: DataTableColumns<Vehicle> = [
  { title: "Plate", key: "plate", sorter: "default", width: 120 },
  { title: "Model", key: "model", sorter: "default" },
  { title: "Depot", key: "depot", render: ({ depot }) => h(DepotLink, { id: depot }) },
  {
    title: "State",
    key: "state",
    filterOptions: Object.keys(tone).map((value) => ({ value, label: label(value) })),
    filter: (value, { state }) => state === value,
    render: ({ state }) => h(NTag, { size: "small", bordered: false, type: tone[state] }, () => label(state)),
  },
  {
    title: "Charge",
    key: "charge",
    sorter: (one, two) => one.charge - two.charge,
    width: 160,
    render: ({ charge }) => h(NProgress, { percentage: charge, color: charge < 30 ? palette[4] : palette[2], height: 8 }),
  },
  {
    title: "Mileage",
    key: "mileage",
    align: "right",
    sorter: (one, two) => one.mileage - two.mileage,
    render: ({ mileage }) => `${count(mileage)} mi`,
  },
  { title: "Serviced", key: "serviced", render: ({ serviced }) => since(serviced) },
];
