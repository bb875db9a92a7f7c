import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** Units as Grafana names them. */
export type Unit = 'short' | 's' | 'percentunit' | 'bytes' | 'reqps' | 'ops' | 'cps';

export interface PanelText {
  readonly title: string;
  /** What is seen here, and what would be bad. */
  readonly description: string;
  readonly unit: Unit;
}

/** What each line shows: its legend, and its expression. */
export type Lines = Readonly<Record<string, string>>;

export interface GraphOptions extends PanelText {
  readonly lines: Lines;
  /** Of 24 columns; 8 unless said. */
  readonly width?: number;
  /** Parts of a whole, one on top of the other. */
  readonly isStacked?: boolean;
  /** Above this it is bad: a line is drawn. */
  readonly limit?: number;
}

export interface StatOptions extends PanelText {
  readonly expression: string;
  /** Where green ends: below, or above. */
  readonly bad?: { readonly below: number } | { readonly above: number };
}

/** The variable that every dashboard has. */
export const datasource = { type: 'prometheus', uid: '$datasource' };

const height = 8;

/** Something over time. */
export function graph(options: GraphOptions): TimeseriesBuilder {
  const { title, description, unit, lines, width = 8, isStacked = false, limit } = options;
  const legend = new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true);
  const tooltip = new VizTooltipOptionsBuilder()
    .mode(TooltipDisplayMode.Multi)
    .sort(SortOrder.Descending);
  const panel = new TimeseriesBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .min(0)
    .span(width)
    .height(height)
    .fillOpacity(isStacked ? 40 : 10)
    .legend(legend)
    .tooltip(tooltip);
  if (isStacked) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
  if (limit !== undefined) {
    panel
      .thresholds(
        thresholds([
          { value: null, color: 'green' },
          { value: limit, color: 'red' },
        ]),
      )
      .thresholdsStyle(
        new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed),
      );
  }
  for (const [index, [name, expression]] of Object.entries(lines).entries()) {
    panel.withTarget(query({ name, expression, refId: refIds.charAt(index) }));
  }
  return panel;
}

/** One number, as it is now. */
export function stat({ title, description, unit, expression, bad }: StatOptions): StatBuilder {
  return new StatBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .span(4)
    .height(4)
    .thresholds(thresholds(stepsOf(bad)))
    .withTarget(query({ name: title, expression, refId: 'A' }));
}

/** Grafana's names of the queries of a panel. */
const refIds = 'ABCDEFGH';

const query = (options: { name: string; expression: string; refId: string }): DataqueryBuilder =>
  new DataqueryBuilder()
    .datasource(datasource)
    .refId(options.refId)
    .expr(options.expression)
    .legendFormat(options.name)
    .range();

interface Step {
  readonly value: number | null;
  readonly color: string;
}

function stepsOf(bad: StatOptions['bad']): Step[] {
  if (bad === undefined) return [{ value: null, color: 'blue' }];
  if ('below' in bad)
    return [
      { value: null, color: 'red' },
      { value: bad.below, color: 'green' },
    ];
  return [
    { value: null, color: 'green' },
    { value: bad.above, color: 'red' },
  ];
}

const thresholds = (steps: Step[]): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
