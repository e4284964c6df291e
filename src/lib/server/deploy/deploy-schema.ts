import { tagPattern } from '../../image-reference.ts';
import type { Schema } from '../http/route.ts';
import { repository } from '../services/service-schema.ts';

/** JSON Schemas of the bodies that ask for a deploy; validation and the API's description come from them. */

export interface DeployHook {
  readonly serviceName: string;
  readonly dockerRepository: string;
  readonly pushedAt: number;
}

export const deploySchema: Schema = {
  type: 'object',
  required: ['serviceName', 'dockerRepository', 'pushedAt'],
  properties: {
    serviceName: { type: 'string', minLength: 1, maxLength: 512 },
    dockerRepository: { ...repository, description: 'image of the version' },
    pushedAt: { type: 'number', description: 'when it was pushed, as a number that grows' },
  },
};

export interface DockerhubHook {
  readonly push_data?: { readonly pushed_at?: number; readonly tag?: string | null };
  readonly repository: { readonly repo_name: string };
}

export const dockerhubSchema: Schema = {
  type: 'object',
  required: ['repository'],
  properties: {
    push_data: {
      type: 'object',
      properties: {
        pushed_at: { type: 'number' },
        images: { type: 'array', items: { type: 'string' } },
        pusher: { type: 'string' },
        tag: { type: ['string', 'null'], pattern: tagPattern },
      },
    },
    repository: {
      type: 'object',
      required: ['repo_name', 'repo_url'],
      properties: {
        repo_name: { ...repository, description: 'with push_data.tag, the image of the version' },
        repo_url: { type: 'string' },
      },
    },
  },
};

export const rollbackSchema: Schema = {
  type: 'object',
  required: ['version'],
  properties: { version: { type: 'integer', minimum: 1, description: 'whose image and configuration come back' } },
};
