import { ElFormItem } from "element-plus";
import "element-plus/es/components/form-item/style/css";
import { useField } from "vee-validate";
import { defineComponent, h, type VNode } from "vue";

export interface Binding {
  readonly modelValue: any;
  readonly "onUpdate:modelValue": (value: unknown) => void;
  readonly onBlur: () => void;
}

interface FieldProps {
  name: string;
  label: string;
  /** The input; it gets what binds it to the form. */
  input: (binding: Binding) => VNode;
}

/** One labelled input of the form around it, with what is wrong about it below. */
export const Field = defineComponent(
  (props: FieldProps) => {
    const { value, errorMessage, setValue, handleBlur } = useField<unknown>(() => props.name);
    return () =>
      h(ElFormItem, { label: props.label, error: errorMessage.value ?? "" }, () =>
        props.input({
          modelValue: value.value,
          "onUpdate:modelValue": (next) => setValue(next),
          onBlur: () => handleBlur(undefined, true),
        }),
      );
  },
  { name: "Field", props: ["name", "label", "input"] },
);
