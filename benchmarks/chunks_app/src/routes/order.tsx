import { Descriptions, Result, Steps, Tag } from "antd";
import { useParams } from "react-router";
import { Ant } from "../components/ant";
import { GrowerName } from "../components/grower-name";
import { Page } from "../components/page";
import { StateBadge } from "../components/state-badge";
import { amountOf, orders, states } from "../data/orders";
import { overdue, relative, shortDate } from "../helpers/dates";
import { money } from "../helpers/money";
import styles from "./order.module.css";

export function Component() {
  const { order: id } = useParams();
  const order = orders.find((candidate) => candidate.id === id);
  if (!order) {
    return (
      <Ant>
        <Page title="No such order">
          <Result status="404" title={id} subTitle="It was never placed, or it has been deleted." />
        </Page>
      </Ant>
    );
  }
  const late = overdue(order.due);
  return (
    <Ant>
      <Page title={`Order ${order.id}`} intro={`Placed ${relative(order.placed)}`}>
        <Steps size="small" current={states.indexOf(order.state)} items={states.map((title) => ({ title }))} />
        <Descriptions bordered column={2} className={styles.facts}>
          <Descriptions.Item label="Grower">
            <GrowerName id={order.grower} />
          </Descriptions.Item>
          <Descriptions.Item label="State">
            <StateBadge state={order.state} />
          </Descriptions.Item>
          <Descriptions.Item label="Fruit">
            {order.crates} crates of {order.fruit.toLowerCase()}
          </Descriptions.Item>
          <Descriptions.Item label="Amount">{money(amountOf(order))}</Descriptions.Item>
          <Descriptions.Item label="Due">
            {shortDate(order.due)} {late > 0 && <Tag color="red">{late} days late</Tag>}
          </Descriptions.Item>
        </Descriptions>
      </Page>
    </Ant>
  );
}
