/** How a package's work is seen. */
export type Hook =
  /** It publishes diagnostics channels since a version: nothing to patch, whatever the import order. */
  | { readonly kind: 'channel'; readonly since: string; readonly of?: string }
  /** OpenTelemetry's instrumentation patches it as it is loaded. */
  | { readonly kind: 'patch'; readonly instrumentation: string; readonly exportName: string }
  /** Methods on the prototypes of its ES modules are patched by servicex; they are shared by instances made before and after. */
  | { readonly kind: 'prototype' }
  /** Methods on the prototypes it exports are patched by servicex as it is loaded, and when it is loaded already. */
  | { readonly kind: 'exports' }

/** A package whose work servicex can see, and how; later ways are for versions that are too old for the earlier. */
export interface InstrumentablePackage {
  readonly name: string
  readonly hooks: readonly Hook[]
}

/**
 * Every package servicex looks for in an app's dependency tree. Which versions publish channels was
 * read in their sources; the instrumentations are those of @opentelemetry/auto-instrumentations-node.
 */
export const PACKAGES: readonly InstrumentablePackage[] = [
  { name: 'fastify', hooks: [{ kind: 'channel', since: '5.0.0' }] },
  {
    name: 'express',
    hooks: [{ kind: 'channel', since: '2.3.0', of: 'router' }, patch('express', 'Express')],
  },
  { name: 'hono', hooks: [{ kind: 'prototype' }] },
  { name: 'koa', hooks: [{ kind: 'prototype' }] },
  { name: 'ioredis', hooks: [{ kind: 'channel', since: '5.11.0' }, patch('ioredis', 'IORedis')] },
  { name: 'redis', hooks: [{ kind: 'channel', since: '5.12.0' }, patch('redis', 'Redis')] },
  { name: 'mysql2', hooks: [{ kind: 'channel', since: '3.20.0' }, patch('mysql2', 'MySQL2')] },
  { name: 'pg', hooks: [patch('pg', 'Pg')] },
  { name: 'mysql', hooks: [patch('mysql', 'MySQL')] },
  { name: 'mongodb', hooks: [patch('mongodb', 'MongoDB')] },
  { name: 'mongoose', hooks: [patch('mongoose', 'Mongoose')] },
  { name: 'tedious', hooks: [patch('tedious', 'Tedious')] },
  { name: 'oracledb', hooks: [patch('oracledb', 'Oracle')] },
  { name: 'cassandra-driver', hooks: [patch('cassandra-driver', 'CassandraDriver')] },
  { name: 'memcached', hooks: [patch('memcached', 'Memcached')] },
  { name: 'bullmq', hooks: [{ kind: 'exports' }] },
  { name: 'kafkajs', hooks: [patch('kafkajs', 'KafkaJs')] },
  { name: 'amqplib', hooks: [patch('amqplib', 'Amqplib')] },
  { name: '@grpc/grpc-js', hooks: [patch('grpc', 'Grpc')] },
  { name: '@hapi/hapi', hooks: [patch('hapi', 'Hapi')] },
  { name: 'restify', hooks: [patch('restify', 'Restify')] },
  { name: 'connect', hooks: [patch('connect', 'Connect')] },
  { name: '@nestjs/core', hooks: [patch('nestjs-core', 'Nest')] },
  { name: 'graphql', hooks: [patch('graphql', 'GraphQL')] },
  { name: 'socket.io', hooks: [patch('socket.io', 'SocketIo')] },
  { name: '@smithy/core', hooks: [patch('aws-sdk', 'Aws')] },
  { name: 'openai', hooks: [patch('openai', 'OpenAI')] },
]

function patch(name: string, prefix: string): Hook {
  return {
    kind: 'patch',
    instrumentation: `@opentelemetry/instrumentation-${name}`,
    exportName: `${prefix}Instrumentation`,
  }
}
