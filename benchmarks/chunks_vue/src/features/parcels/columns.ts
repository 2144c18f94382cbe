import { createColumnHelper } from "@tanstack/vue-table";
import { h } from "vue";
import { RouterLink } from "vue-router";
import { Ago } from "../../components/ago";
import { DepotLink } from "../../components/depot-link";
import { StageTag } from "../../components/stage-tag";
import { customerOf } from "../../data/customers";
import type { Parcel } from "../../data/parcels";
import { chargeOf, pounds } from "../../helpers/money";
import { kilograms } from "../../helpers/numbers";
import type { Features } from "../../helpers/tables";

const column = createColumnHelper<Features, Parcel>();

export const parcelColumns = column.columns([
  column.accessor("id", {
    header: "Parcel",
    cell: ({ getValue }) => h(RouterLink, { to: `/parcels/${getValue()}` }, () => getValue()),
  }),
  column.accessor((parcel) => customerOf(parcel.sender)?.name ?? "", { id: "sender", header: "Sender" }),
  column.accessor("recipient", { header: "Recipient" }),
  column.accessor("to", { header: "To", cell: ({ getValue }) => h(DepotLink, { id: getValue() }) }),
  column.accessor("service", { header: "Service" }),
  column.accessor("weight", { header: "Weight", cell: ({ getValue }) => kilograms(getValue()) }),
  column.accessor((parcel) => chargeOf(parcel).total.toNumber(), {
    id: "charge",
    header: "Charge",
    cell: ({ getValue }) => pounds(getValue()),
  }),
  column.accessor("stage", { header: "Stage", cell: ({ getValue }) => h(StageTag, { stage: getValue() }) }),
  column.accessor("booked", { header: "Booked", cell: ({ getValue }) => h(Ago, { date: getValue() }) }),
]);
