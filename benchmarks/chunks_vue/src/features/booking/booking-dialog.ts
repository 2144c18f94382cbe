import { ElButton, ElDialog, ElForm, ElInput, ElInputNumber, ElOption, ElSelect } from "element-plus";
import "element-plus/es/components/button/style/css";
import "element-plus/es/components/dialog/style/css";
import "element-plus/es/components/form/style/css";
import "element-plus/es/components/input/style/css";
import "element-plus/es/components/input-number/style/css";
import "element-plus/es/components/option/style/css";
import "element-plus/es/components/select/style/css";
import { useForm } from "vee-validate";
import { computed, defineComponent, h } from "vue";
import { Field } from "../../components/field";
import { useNotify } from "../../composables/use-notify";
import { depots } from "../../data/depots";
import { services } from "../../data/parcels";
import { bookingForm } from "../../helpers/schemas";
import { pounds, chargeOf } from "../../helpers/money";
import { Quote } from "./quote";
import "./booking.css";

const initialValues = { recipient: "", street: "", to: "", service: "Standard" as const, weight: 1, volume: 5 };

export default defineComponent(
  (_: object, { emit }) => {
    const notify = useNotify();
    const { handleSubmit, values } = useForm({ validationSchema: bookingForm, initialValues });
    const load = computed(() => ({
      service: values.service ?? "Standard",
      weight: values.weight || 0,
      volume: values.volume || 0,
    }));
    const book = handleSubmit((booking) => {
      notify(`Booked for ${booking.recipient}: ${pounds(chargeOf(booking).total)}`);
      emit("close");
    });
    const fields = () => [
      h(Field, { name: "recipient", label: "Recipient", input: (bound) => h(ElInput, { ...bound }) }),
      h(Field, { name: "street", label: "Street", input: (bound) => h(ElInput, { ...bound }) }),
      h(Field, {
        name: "to",
        label: "Depot",
        input: (bound) =>
          h(ElSelect, { ...bound, filterable: true }, () =>
            depots.map(({ id, name }) => h(ElOption, { key: id, value: id, label: name })),
          ),
      }),
      h(Field, {
        name: "service",
        label: "Service",
        input: (bound) =>
          h(ElSelect, { ...bound }, () =>
            services.map((service) => h(ElOption, { key: service, value: service, label: service })),
          ),
      }),
      h(Field, {
        name: "weight",
        label: "Kilograms",
        input: (bound) => h(ElInputNumber, { ...bound, min: 0, step: 0.5, precision: 1 }),
      }),
      h(Field, { name: "volume", label: "Litres", input: (bound) => h(ElInputNumber, { ...bound, min: 0 }) }),
    ];
    return () =>
      h(
        ElDialog,
        { modelValue: true, title: "Book a parcel", width: 520, onClose: () => emit("close") },
        {
          default: () =>
            h(ElForm, { labelPosition: "top", class: "booking" }, () => [
              fields(),
              h("div", { class: "booking-quote" }, h(Quote, { load: load.value })),
            ]),
          footer: () => h(ElButton, { type: "primary", onClick: book }, () => "Book"),
        },
      );
  },
  { name: "BookingDialog", emits: ["close"] },
);
