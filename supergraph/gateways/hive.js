// Hive Gateway as the tests and `npm start` run it.
import { createServer } from 'node:http'
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime'
import { gatewayConfig } from './hive.config.js'

export async function startHive(supergraphSdl, options = {}, port = 0, host = '127.0.0.1') {
  const gateway = createGatewayRuntime({ ...gatewayConfig(supergraphSdl, options), logging: 'error' })
  const server = createServer(gateway)
  await new Promise((resolve) => server.listen(port, host, resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}/graphql`,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await gateway[Symbol.asyncDispose]()
    },
  }
}
