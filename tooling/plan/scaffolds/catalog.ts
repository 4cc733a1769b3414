import { planAlerts } from './alerts.ts'
import { planDashboard } from './dashboard.ts'
import { planIngress } from './ingress.ts'
import type { ScaffoldKind } from './scaffold.ts'
import { planAutoscale, planCronJob, planWorker } from './workloads.ts'

/** Every scaffold that is a file of Kubernetes objects in `kube/`. */
export const SCAFFOLDS: readonly ScaffoldKind[] = [
  {
    name: 'autoscale',
    summary: 'pods by CPU: [process], --min, --max, --cpu',
    plan: planAutoscale,
  },
  {
    name: 'cronjob',
    summary: 'a process by a schedule: [name], --schedule, --entrypoint',
    plan: planCronJob,
  },
  { name: 'worker', summary: 'a process without a port: [name], --entrypoint', plan: planWorker },
  { name: 'ingress', summary: 'reachable from outside: [host]', plan: planIngress },
  { name: 'dashboard', summary: 'a Grafana dashboard', plan: planDashboard },
  { name: 'alerts', summary: 'alerts for the Prometheus operator', plan: planAlerts },
]
