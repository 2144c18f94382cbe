import { VirtualList } from "perfbuild/virtual-list";

import { box, BUFFER, COUNT, HEIGHT, row } from "./rows.js";

new VirtualList(box, { items: { length: COUNT }, itemHeight: HEIGHT, buffer: BUFFER, renderItem: (_, index) => row(index) });
