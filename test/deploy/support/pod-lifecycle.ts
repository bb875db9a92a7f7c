import { Lifecycle, nodePod } from './chart-objects.ts';
import { renderChart } from './helm.ts';

/** What Kubernetes does before it sends a node SIGTERM, and when it would send SIGKILL. */
export async function readLifecycle(
  drainDeadlineMs: number,
): Promise<{ readonly preStop: readonly string[]; readonly graceMs: number }> {
  const rendered = await renderChart({ set: [`config.drainDeadlineMs=${drainDeadlineMs}`] });
  const pod = nodePod(rendered);
  const { preStop } = Lifecycle.parse(pod.containers[0]?.['lifecycle']);
  // preStop counts towards it.
  const graceMs = (pod.terminationGracePeriodSeconds ?? 0) * 1_000;
  return { preStop: preStop.exec.command.map(String), graceMs };
}
