import { Search } from "@element-plus/icons-vue";
import { ElInput } from "element-plus";
import "element-plus/es/components/input/style/css";
import { defineComponent, h } from "vue";
import styles from "./search-field.module.css";

interface SearchFieldProps {
  modelValue: string;
  label: string;
}

export const SearchField = defineComponent(
  (props: SearchFieldProps, { emit }) =>
    () =>
      h(ElInput, {
        class: styles.field,
        modelValue: props.modelValue,
        "onUpdate:modelValue": (text: string) => emit("update:modelValue", text),
        placeholder: props.label,
        ariaLabel: props.label,
        prefixIcon: Search,
        clearable: true,
      }),
  { name: "SearchField", props: ["modelValue", "label"], emits: ["update:modelValue"] },
);
