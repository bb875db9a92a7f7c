import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { datasource } from './panels.ts';

export interface Board {
  /** Also the name of its file. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Whether it can be narrowed down to some nodes. */
  readonly hasInstances: boolean;
  readonly rows: Readonly<Record<string, readonly Builder<Panel>[]>>;
}

/** A dashboard with the variables, links and times that all have. */
export function build({ uid, title, description, hasInstances, rows }: Board): Dashboard {
  const board = new DashboardBuilder(`Switchboard / ${title}`)
    .uid(`switchboard-${uid}`)
    .description(description)
    .tags(['switchboard'])
    .time({ from: 'now-1h', to: 'now' })
    .timezone('browser')
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .link(
      new DashboardLinkBuilder('Switchboard')
        .type(DashboardLinkType.Dashboards)
        .tags(['switchboard'])
        .keepTime(true)
        .includeVars(true),
    )
    .withVariable(
      new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    )
    .withVariable(labelVariable('job', 'Cluster', 'switchboard_connections'));
  if (hasInstances) {
    const instances = labelVariable('instance', 'Node', 'switchboard_connections{job="$job"}');
    board.withVariable(instances.multi(true).includeAll(true).allValue('.+'));
  }
  for (const [name, panels] of Object.entries(rows)) {
    board.withRow(new RowBuilder(name));
    for (const panel of panels) board.withPanel(panel);
  }
  const built = board.build();
  // Grafana tells panels apart by these, rows too.
  for (const [index, panel] of (built.panels ?? []).entries()) panel.id = index + 1;
  return built;
}

const labelVariable = (name: string, label: string, series: string): QueryVariableBuilder =>
  new QueryVariableBuilder(name)
    .label(label)
    .datasource(datasource)
    .query(`label_values(${series}, ${name})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc);
