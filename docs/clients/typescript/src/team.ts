// Every page of users, each with the best PAI of their week; and a group, once however often it is sent.
import type { Gateway } from './gateway.js';
import { AddTeamDocument, TeamWeekDocument } from './generated.js';

export async function teamWeek(gateway: Gateway) {
  const best = new Map<string, number>();
  let after: string | null | undefined;
  do {
    const { users } = await gateway.send(TeamWeekDocument, { first: 50, after });
    for (const { firstName, paiSummaries } of users?.nodes ?? []) {
      best.set(firstName ?? 'Nobody', Math.max(0, ...(paiSummaries?.nodes ?? []).map(({ paiScore }) => paiScore)));
    }
    after = users?.pageInfo.hasNextPage ? users.pageInfo.endCursor : null;
  } while (after);
  return best;
}

export async function addTeam(gateway: Gateway, name: string) {
  const { createGroup } = await gateway.send(AddTeamDocument, { input: { name }, key: `team ${name}` });
  if (!createGroup?.group) throw new Error(createGroup?.userErrors.map(({ message }) => message).join('; '));
  return createGroup.group.name;
}
