import { readdir, readFile } from 'node:fs/promises';
import { repositoryPath } from '@switchboard/testkit';
import { z } from 'zod';

const Target = z.object({
  expr: z.string(),
  legendFormat: z.string(),
  refId: z.string(),
  datasource: z.object({ type: z.string(), uid: z.string() }),
});

const Panel = z.object({
  id: z.number(),
  type: z.string(),
  title: z.string(),
  description: z.string().optional(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  fieldConfig: z.object({ defaults: z.object({ unit: z.string().optional() }) }).optional(),
  targets: z.array(Target).optional(),
});
export type DashboardPanel = z.infer<typeof Panel>;

const Dashboard = z.object({ uid: z.string(), title: z.string(), panels: z.array(Panel) });

/** The generated dashboards, as far as tests look at them. */
export async function readDashboards(): Promise<z.infer<typeof Dashboard>[]> {
  const folder = repositoryPath('deploy/grafana/dashboards');
  const texts = (await readdir(folder)).map((name) => readFile(`${folder}/${name}`, 'utf8'));
  return (await Promise.all(texts)).map((text) => Dashboard.parse(JSON.parse(text)));
}
