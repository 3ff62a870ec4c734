// What is worth trying when everything is Ready.

/** For the simulated servers of the example. */
export const simulatedHints = `
  kubectl get neo4j                                   # cluster and database
  kubectl describe n4j graph                          # what the operator says of the cluster
  kubectl get pods,pvc,services
  kubectl delete pod graph-2-0 && kubectl get n4j -w  # a server dies, and comes back on its volume
  kubectl patch n4j graph --type merge -p '{"spec":{"topology":{"secondaries":2}}}'
  kubectl delete -f examples/quickstart.yaml && kubectl apply -f examples/quickstart.yaml  # the data are still there
`;

/** For the real server of the example, at an address of this machine. */
export function realHints(address: string): string {
  return `
  kubectl get secret solo-auth -o jsonpath='{.data.password}' | base64 -d   # the password of the user neo4j
  curl -u neo4j:PASSWORD -H 'content-type: application/json' -d '{"statement":"RETURN 1"}' http://${address}:7474/db/neo4j/query/v2
  kubectl describe n4j solo                           # what the operator says of the cluster
  kubectl logs solo-1-0                               # what Neo4j says
  kubectl delete pod solo-1-0 && kubectl get n4j -w   # the server dies, and comes back on its volume
  kubectl delete -f examples/community.yaml && kubectl apply -f examples/community.yaml  # the data are still there
`;
}
