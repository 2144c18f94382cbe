import { NButton, NFormItem, NInput } from "naive-ui";
import { useForm } from "vee-validate";
import { defineComponent, h } from "vue";
import { CodeSample } from "../../components/code-sample";
import { useNotify } from "../../composables/use-notify";
import { webhookForm } from "../../helpers/schemas";

const sample = JSON.stringify(
  { event: "parcel.delivered", parcel: "RL-10042", at: "2026-06-16T10:12:00+01:00", signedBy: "G. Hadley" },
  null,
  2,
);

/** Where the sender's own system is told of each step, and what it is told. */
export const WebhookForm = defineComponent({
  name: "WebhookForm",
  setup() {
    const notify = useNotify();
    const { defineField, errors, handleSubmit } = useForm({
      validationSchema: webhookForm,
      initialValues: { address: "https://", secret: "" },
    });
    const [address] = defineField("address");
    const [secret] = defineField("secret");
    const save = handleSubmit(({ address: kept }) => notify(`Steps are told to ${new URL(kept).host}`));
    const feedback = (problem: string | undefined) => ({
      feedback: problem,
      validationStatus: problem ? ("error" as const) : undefined,
    });
    return () => [
      h(NFormItem, { label: "Address", ...feedback(errors.value.address) }, () =>
        h(NInput, { value: address.value, onUpdateValue: (value: string) => (address.value = value) }),
      ),
      h(NFormItem, { label: "Secret", ...feedback(errors.value.secret) }, () =>
        h(NInput, { type: "password", value: secret.value, onUpdateValue: (value: string) => (secret.value = value) }),
      ),
      h(NButton, { type: "primary", onClick: save }, () => "Save"),
      h("p", "A step is sent like this:"),
      h(CodeSample, { code: sample, language: "json" }),
    ];
  },
});
