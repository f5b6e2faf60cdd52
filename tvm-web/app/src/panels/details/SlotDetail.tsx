// A slot at a boundary: its value, who wrote it, who reads it.

import { number } from '../../components/format';
import { useAnswer } from '../../state/query';
import { explanation } from '../../state/session';
import { boundaryOf } from '../boundaries';
import type { User } from '../../worker/types';
import { HeadLink, NeuronLink } from './links';

export function SlotDetail({ boundary, slot }: { boundary: number; slot: number }) {
  const use = useAnswer('slot', [boundary, slot]);
  const known = explanation.value && boundaryOf(explanation.value, boundary);
  const value = known?.values.find((value) => value.slot === slot);
  return (
    <>
      <p class="name">{value?.name ?? use?.name ?? 'free'}</p>
      <dl class="figures">
        <dt>value</dt>
        <dd data-testid="slot-value">{number(known?.residual[slot] ?? 0)}</dd>
      </dl>
      {use && <Users title="Written by" users={use.written} />}
      {use && <Users title="Read by" users={use.read} />}
    </>
  );
}

function Users({ title, users }: { title: string; users: User[] }) {
  return (
    <>
      <h3>{title}</h3>
      {users.length === 0 && <p>none</p>}
      <ul class="users">
        {users.map((user, index) => (
          <li key={index}>
            <span class="number">{user.layer}</span> {half(user)} <UserLink user={user} />
          </li>
        ))}
      </ul>
    </>
  );
}

function half({ half }: User): string {
  return half === 'feed_forward' ? 'neurons' : half === 'attention' ? 'head' : '';
}

function UserLink({ user }: { user: User }) {
  if (user.index === null) return <>{user.name}</>;
  const Link = user.half === 'attention' ? HeadLink : NeuronLink;
  return <Link layer={user.layer} index={user.index} name={user.name} />;
}
