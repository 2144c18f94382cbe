import { DownloadOutlined } from "@ant-design/icons";
import { Button, DatePicker, Select, Table, type TableColumnsType } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { Ant } from "../components/ant";
import { GrowerName } from "../components/grower-name";
import { Page } from "../components/page";
import { SearchBox } from "../components/search-box";
import { StateBadge } from "../components/state-badge";
import { amountOf, type Order, orders, type State, states } from "../data/orders";
import { download, toCsv } from "../helpers/csv";
import { overdue, shortDate } from "../helpers/dates";
import { money } from "../helpers/money";
import { useDebounced } from "../hooks/use-debounced";
import { useQueryText } from "../hooks/use-query-text";
import styles from "./orders.module.css";

const columns: TableColumnsType<Order> = [
  { title: "Order", dataIndex: "id", render: (id: string) => <Link to={`/orders/${id}`}>{id}</Link> },
  { title: "Grower", dataIndex: "grower", render: (id: string) => <GrowerName id={id} /> },
  { title: "Fruit", dataIndex: "fruit" },
  { title: "Crates", dataIndex: "crates", sorter: (a, b) => a.crates - b.crates, align: "right" },
  { title: "Amount", render: (_, order) => money(amountOf(order)), sorter: (a, b) => amountOf(a) - amountOf(b) },
  { title: "State", dataIndex: "state", render: (state: State) => <StateBadge state={state} /> },
  {
    title: "Due",
    dataIndex: "due",
    render: (due: Date) => <span className={overdue(due) > 0 ? styles.late : undefined}>{shortDate(due)}</span>,
  },
];

function save() {
  const rows = orders.map((order) => [order.id, order.fruit, order.crates, amountOf(order)]);
  download("orders.csv", toCsv(["order", "fruit", "crates", "amount"], rows));
}

export function Component() {
  const [find, setFind] = useQueryText("find");
  const [state, setState] = useState<State>();
  const wanted = useDebounced(find).toLowerCase();
  const shown = useMemo(
    () => orders.filter((order) => (!state || order.state === state) && order.fruit.toLowerCase().includes(wanted)),
    [state, wanted],
  );
  return (
    <Ant>
      <Page
        title="Orders"
        intro={`${shown.length} of ${orders.length}`}
        actions={
          <Button icon={<DownloadOutlined />} onClick={save}>
            CSV
          </Button>
        }
      >
        <div className={styles.filters}>
          <SearchBox label="Fruit" value={find} onChange={setFind} />
          <Select
            allowClear
            placeholder="State"
            value={state}
            onChange={setState}
            options={states.map((value) => ({ value, label: value }))}
          />
          <DatePicker.RangePicker />
        </div>
        <Table rowKey="id" size="small" columns={columns} dataSource={shown} pagination={{ pageSize: 12 }} />
      </Page>
    </Ant>
  );
}
