//! Waiting for clocks and descriptors.

use std::io::{self, Seek};
use std::time::Duration;

use cap_std::fs::File;

use crate::Wasi;
use crate::call::Arguments;
use crate::clocks::{Clock, ClockId};
use crate::descriptors::{Object, Table};
use crate::errno::Errno;
use crate::layout::{Event, FileType, Subscription, Wanted};
use crate::memory::{Memory, behind};
use crate::rights;
use crate::system::{self, Awaited, Readiness};

/// How things are with a subscription.
enum State<'a> {
    /// What it waits for has happened, or never will.
    Done(Event),
    /// It happens when so much time has passed.
    After(Duration),
    /// The system knows when it happens.
    Waits { file: &'a File, write: bool },
}

impl Wasi {
    pub(crate) fn poll_oneoff(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let (subscribed, events, count, result) = (a.u32(0), a.u32(1), a.u32(2), a.u32(3));
        memory.check(subscribed, u64::from(count) * Subscription::BYTES as u64)?;
        memory.check(events, u64::from(count) * Event::BYTES as u64)?;
        memory.check(result, 4)?;
        if count == 0 {
            return Err(Errno::Invalid);
        }
        let subscriptions = (0..count as usize)
            .map(|index| {
                let address = behind(subscribed, index * Subscription::BYTES)?;
                Subscription::decode(memory.structure(address)?)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let happened = self.wait_for(&subscriptions)?;
        for (index, event) in happened.iter().enumerate() {
            memory.write(behind(events, index * Event::BYTES)?, &event.encode())?;
        }
        memory.put_u32(result, happened.len() as u32)
    }

    /// Waits until something has happened, and returns all that has, in the order of the subscriptions.
    fn wait_for(&mut self, subscriptions: &[Subscription]) -> Result<Vec<Event>, Errno> {
        let mut states = Vec::new();
        for subscription in subscriptions {
            let remaining = remaining(self.clock.as_mut(), *subscription);
            states.push(state(&self.descriptors, *subscription, remaining));
        }
        let done = states.iter().any(|state| matches!(state, State::Done(_)));
        let timeouts = states.iter().filter_map(|state| match state {
            State::After(time) => Some(*time),
            _ => None,
        });
        let timeout = if done { Some(Duration::ZERO) } else { timeouts.min() };
        let mut ready = wait(self.clock.as_mut(), &states, timeout)?.into_iter();
        let over = !done && !ready.as_slice().iter().any(|readiness| readiness.ready);
        let mut events = Vec::new();
        for (state, subscription) in states.iter().zip(subscriptions) {
            match state {
                State::Done(event) => events.push(*event),
                // Not what the clock says now: it may have waited a little less.
                State::After(time) if over && Some(*time) <= timeout => {
                    events.push(event(*subscription, Errno::Success, 0));
                }
                State::After(_) => {}
                State::Waits { file, write } => {
                    let Readiness { ready, hangup } = ready.next().unwrap_or_default();
                    if ready {
                        let bytes = if *write { 0 } else { system::readable_bytes(file) };
                        let event = event(*subscription, Errno::Success, bytes);
                        events.push(Event { hangup, ..event });
                    }
                }
            }
        }
        Ok(events)
    }
}

/// How long a clock has to go on until what is wanted of it. Nothing if there is no such clock, or
/// something else is wanted.
fn remaining(clocks: &mut dyn Clock, subscription: Subscription) -> Option<Duration> {
    let Wanted::Time { clock, timeout, absolute } = subscription.wanted else { return None };
    let now = clocks.time(ClockId::from_number(clock).ok()?)?;
    Some(Duration::from_nanos(if absolute { timeout.saturating_sub(now) } else { timeout }))
}

/// Waits for what the system knows, or only for time to pass. What is said of each is in the order of the
/// states that wait.
fn wait(
    clock: &mut dyn Clock,
    states: &[State<'_>],
    timeout: Option<Duration>,
) -> io::Result<Vec<Readiness>> {
    let awaited: Vec<_> = states
        .iter()
        .filter_map(|state| match state {
            State::Waits { file, write } => Some(Awaited { file, write: *write }),
            _ => None,
        })
        .collect();
    match timeout {
        Some(timeout) if awaited.is_empty() => {
            if !timeout.is_zero() {
                clock.sleep(timeout)?;
            }
            Ok(Vec::new())
        }
        _ => system::wait(&awaited, timeout),
    }
}

/// What happens with a subscription.
fn event(subscription: Subscription, error: Errno, bytes: u64) -> Event {
    Event { subscription, error, bytes, hangup: false }
}

/// How things are with a subscription before anything is waited for. `remaining` is what a clock has to go
/// on, if there is such a clock.
fn state(
    descriptors: &Table,
    subscription: Subscription,
    remaining: Option<Duration>,
) -> State<'_> {
    let done = |error, bytes| State::Done(event(subscription, error, bytes));
    let (number, right, write) = match (subscription.wanted, remaining) {
        (Wanted::Time { .. }, None) => return done(Errno::Invalid, 0),
        (Wanted::Time { .. }, Some(Duration::ZERO)) => return done(Errno::Success, 0),
        (Wanted::Time { .. }, Some(remaining)) => return State::After(remaining),
        (Wanted::Read { descriptor }, _) => (descriptor, rights::FD_READ, false),
        (Wanted::Write { descriptor }, _) => (descriptor, rights::FD_WRITE, true),
    };
    let descriptor = match descriptors.get(number) {
        Ok(descriptor) => descriptor,
        Err(error) => return done(error, 0),
    };
    match &descriptor.object {
        Object::Directory(_) => done(Errno::BadDescriptor, 0),
        _ if descriptor.require(right | rights::POLL_FD_READWRITE).is_err() => {
            done(Errno::NotCapable, 0)
        }
        Object::File(file) if descriptor.stat.file_type == FileType::RegularFile => {
            done(Errno::Success, if write { 0 } else { bytes_left(file) })
        }
        Object::File(file) => State::Waits { file, write },
        // A stream of the host does not say whether it would wait.
        Object::Input(_) | Object::Output(_) => done(Errno::Success, 0),
    }
}

/// Bytes between where a file is and its end.
fn bytes_left(mut file: &File) -> u64 {
    let place = file.stream_position().unwrap_or(0);
    file.metadata().map_or(0, |metadata| metadata.len().saturating_sub(place))
}
