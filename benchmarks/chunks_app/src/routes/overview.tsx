import { CalendarOutlined, ShoppingOutlined } from "@ant-design/icons";
import { Card, Col, Progress, Row, Space, Statistic, Timeline } from "antd";
import { Ant } from "../components/ant";
import { LineChart } from "../components/line-chart";
import { Metric } from "../components/metric";
import { Page } from "../components/page";
import { amountOf, orders } from "../data/orders";
import { shortDate } from "../helpers/dates";
import { money } from "../helpers/money";
import { movingMean } from "../helpers/statistics";
import { totals } from "../helpers/tables";
import styles from "./overview.module.css";

const byDay = totals(orders, (order) => order.placed.toISOString().slice(0, 10), amountOf).sort((a, b) =>
  a.key.localeCompare(b.key),
);
const amounts = byDay.map((day) => day.amount);

export function Component() {
  const open = orders.filter((order) => order.state !== "paid");
  const latest = [...orders].sort((a, b) => b.placed.getTime() - a.placed.getTime()).slice(0, 6);
  return (
    <Ant>
      <Page title="Overview" intro="The trade of the last ninety days.">
        <Row gutter={16}>
          <Col span={6}>
            <Card>
              <Statistic title="Open orders" value={open.length} prefix={<ShoppingOutlined />} />
            </Card>
          </Col>
          <Col span={6}>
            <Card>
              <Statistic title="Days with orders" value={byDay.length} prefix={<CalendarOutlined />} />
            </Card>
          </Col>
          <Col span={6}>
            <Card>
              <Metric label="Turnover" value={amounts.reduce((sum, amount) => sum + amount, 0)} unit="€" change={4.2} />
            </Card>
          </Col>
          <Col span={6}>
            <Card className={styles.progress}>
              <Progress type="dashboard" size={72} percent={Math.round((1 - open.length / orders.length) * 100)} />
            </Card>
          </Col>
        </Row>
        <Card title="Turnover a day">
          <LineChart labels={byDay.map((day) => day.key)} series={{ amount: amounts, "seven days": movingMean(amounts, 7) }} />
        </Card>
        <Space>
          <Timeline
            items={latest.map((order) => ({
              key: order.id,
              children: `${order.id} of ${shortDate(order.placed)}: ${money(amountOf(order))}`,
            }))}
          />
        </Space>
      </Page>
    </Ant>
  );
}
