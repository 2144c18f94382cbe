import mitt from "mitt";

export interface Toast {
  readonly id: string;
  readonly text: string;
  readonly kind: "success" | "warning" | "error";
}

type Events = {
  toast: Toast;
};

export const bus = mitt<Events>();
