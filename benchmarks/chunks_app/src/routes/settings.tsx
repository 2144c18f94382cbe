import { BellOutlined, SaveOutlined } from "@ant-design/icons";
import { Alert, Button, Checkbox, Form, Input, InputNumber, Radio, Switch } from "antd";
import { useState } from "react";
import { Ant } from "../components/ant";
import { Page } from "../components/page";
import { Panel } from "../components/panel";
import { type Settings, settingsSchema } from "../helpers/schemas";
import { useStored } from "../hooks/use-stored";
import styles from "./settings.module.css";

const usual: Settings = { company: "Orchard", currency: "EUR", notify: ["orders"], retention: 90 };

export function Component() {
  const [settings, setSettings] = useStored("settings", usual);
  const [problems, setProblems] = useState<string[]>([]);
  const finish = (values: unknown) => {
    const result = settingsSchema.safeParse(values);
    setProblems(result.success ? [] : result.error.issues.map((issue) => issue.message));
    if (result.success) setSettings(result.data);
  };
  return (
    <Ant>
      <Page title="Settings">
        <Panel title="Company" wide>
          <Form layout="vertical" initialValues={settings} onFinish={finish} className={styles.form}>
            <Form.Item name="company" label="Name">
              <Input />
            </Form.Item>
            <Form.Item name="currency" label="Currency">
              <Radio.Group options={["EUR", "CHF", "GBP"]} />
            </Form.Item>
            <Form.Item name="notify" label={<span><BellOutlined /> Tell me about</span>}>
              <Checkbox.Group options={["orders", "sensors", "prices"]} />
            </Form.Item>
            <Form.Item name="retention" label="Days to keep readings">
              <InputNumber min={1} />
            </Form.Item>
            <Form.Item label="Dark at night">
              <Switch />
            </Form.Item>
            <Button htmlType="submit" type="primary" icon={<SaveOutlined />}>
              Save
            </Button>
          </Form>
          {problems.map((problem) => (
            <Alert key={problem} type="error" title={problem} />
          ))}
        </Panel>
      </Page>
    </Ant>
  );
}
