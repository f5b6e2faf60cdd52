//! Which instances of a script are one program: those that share something, as far as one module can have it all.
//! It can have one memory, and nothing that the machine has not.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::{Payload, TypeRef};

use super::imports::{Item, Resolver};
use super::spaces::{Space, imports, types};
use super::subtypes::Sizes;
use crate::modules::payloads;
use crate::needs::needs;
use crate::script::{Instance, Script};
use crate::table::Verdict;

/// Where an instance is.
pub enum Place {
    /// In the group of this number.
    Group(usize),
    /// Nowhere. That is what is said of all that is asked of it.
    None(Verdict),
}

/// Why instances are left out that would need two memories.
const MEMORIES: &str = "several memories";

/// A group of instances.
struct Group {
    members: Vec<usize>,
    /// Instances from which members import functions that do not share anything: they may be in several groups.
    copies: BTreeSet<usize>,
    /// Its memories, each by a name of its own.
    memories: BTreeSet<String>,
}

/// The groups of a script. Each has the number of its first instance.
#[derive(Default)]
pub struct Groups {
    groups: BTreeMap<usize, Group>,
    places: Vec<Place>,
}

impl Groups {
    pub fn of(script: &Script, resolver: &Resolver<'_>) -> Self {
        let mut groups = Groups::default();
        for instance in 0..script.instances.len() {
            let place = groups.add(script, resolver, instance);
            groups.places.push(place);
        }
        groups
    }

    pub fn place(&self, instance: usize) -> &Place {
        &self.places[instance]
    }

    /// The instances of each group, in the order in which they are instantiated.
    pub fn members(&self) -> impl Iterator<Item = (usize, Vec<usize>)> {
        self.groups.iter().map(|(&number, group)| {
            let all: BTreeSet<_> = group.members.iter().chain(&group.copies).copied().collect();
            (number, all.into_iter().collect())
        })
    }

    /// The groups whose tables, memories and globals an instance imports.
    pub fn sharing_state(
        &self,
        resolver: &Resolver<'_>,
        instance: usize,
    ) -> impl Iterator<Item = usize> {
        let stateful = [Space::Tables, Space::Memories, Space::Globals];
        let sources = resolver.known(instance).sources.iter();
        let items = sources.filter(move |source| stateful.contains(&source.0));
        items.filter_map(|source| match self.places[source.1?.instance] {
            Place::Group(group) => Some(group),
            Place::None(_) => None,
        })
    }

    fn add(&mut self, script: &Script, resolver: &Resolver<'_>, instance: usize) -> Place {
        match self.shared(script, resolver, instance) {
            Ok(shared) => {
                let module = &script.instances[instance].module;
                let own = Group {
                    members: vec![instance],
                    copies: copies(script, resolver, instance),
                    memories: memories(module, resolver, instance),
                };
                Place::Group(self.unite(own, shared))
            }
            Err(verdict) => Place::None(verdict),
        }
    }

    /// The groups that an instance has to be in one with, or why it is in none.
    fn shared(
        &self,
        script: &Script,
        resolver: &Resolver<'_>,
        instance: usize,
    ) -> Result<BTreeSet<usize>, Verdict> {
        let Instance { module, registered } = &script.instances[instance];
        let sources = &resolver.known(instance).sources;
        let needed = if sources.is_empty() { None } else { needs(module) };
        if needed.is_none()
            && let Some(missing) = resolver.missing(module, registered, Sizes::Current).first()
        {
            return Err(Verdict::Failed(format!("it is not linked: {missing}")));
        }
        let linked: Vec<Item> = sources.iter().filter_map(|source| source.1).collect();
        if let (Some(reason), false) = (needed, linked.is_empty()) {
            return Err(Verdict::Skipped(reason));
        }
        let mut shared = BTreeSet::new();
        for exporter in linked.iter().map(|item| item.instance).collect::<BTreeSet<_>>() {
            match &self.places[exporter] {
                // A group of several needs nothing.
                Place::Group(group) if self.groups[group].members.len() > 1 => {
                    shared.insert(*group);
                }
                Place::Group(group) => {
                    if let Some(reason) = needs(&script.instances[exporter].module) {
                        return Err(Verdict::Skipped(reason));
                    }
                    if !is_pure(script, resolver, exporter) {
                        shared.insert(*group);
                    }
                }
                Place::None(verdict) => return Err(verdict.clone()),
            }
        }
        let mut all = memories(module, resolver, instance);
        all.extend(shared.iter().flat_map(|group| self.groups[group].memories.iter().cloned()));
        if all.len() > 1 {
            // What its functions do with its own memory, they can do without the others.
            if shared.len() > 1 || linked.iter().any(|item| item.space != Space::Functions) {
                return Err(Verdict::Skipped(MEMORIES));
            }
            shared.clear();
        }
        Ok(shared)
    }

    /// Makes one group of several. Gives its number.
    fn unite(&mut self, mut united: Group, groups: BTreeSet<usize>) -> usize {
        for group in groups {
            let group = self.groups.remove(&group).expect("it was found");
            united.members.extend(group.members);
            united.memories.extend(group.memories);
            united.copies.extend(group.copies);
        }
        united.members.sort_unstable();
        let number = united.members[0];
        for &member in &united.members {
            if let Some(place) = self.places.get_mut(member) {
                *place = Place::Group(number);
            }
        }
        self.groups.insert(number, united);
        number
    }
}

/// Are there only functions and constants in an instance, so that nobody can tell whether there are two of it?
fn is_pure(script: &Script, resolver: &Resolver<'_>, instance: usize) -> bool {
    let module = &script.instances[instance].module;
    let changes = |of: &TypeRef| matches!(of, TypeRef::Global(global) if global.mutable);
    let sources = resolver.known(instance).sources.iter().filter_map(|source| source.1);
    let starts = |payload: Payload<'_>| matches!(payload, Payload::StartSection { .. });
    [Space::Tables, Space::Memories, Space::Tags].iter().all(|one| types(module, *one).is_empty())
        && !types(module, Space::Globals).iter().any(changes)
        && !payloads(module).any(starts)
        && sources.into_iter().all(|item| is_pure(script, resolver, item.instance))
}

/// The instances that an instance imports from, directly or not, which may be in several groups.
fn copies(script: &Script, resolver: &Resolver<'_>, instance: usize) -> BTreeSet<usize> {
    let sources = resolver.known(instance).sources.iter().filter_map(|source| source.1);
    let mut all = BTreeSet::new();
    for item in sources.filter(|item| is_pure(script, resolver, item.instance)) {
        all.insert(item.instance);
        all.extend(copies(script, resolver, item.instance));
    }
    all
}

/// The memories that no other instance has.
fn memories(module: &[u8], resolver: &Resolver<'_>, instance: usize) -> BTreeSet<String> {
    let imported: Vec<_> = imports(module)
        .into_iter()
        .zip(&resolver.known(instance).sources)
        .filter(|(_, source)| source.0 == Space::Memories)
        .collect();
    let defined = types(module, Space::Memories).len() - imported.len();
    let of_host = imported.iter().filter(|(_, source)| source.1.is_none());
    let of_host = of_host.map(|(import, _)| format!("{}.{}", import.module, import.name));
    of_host.chain((0..defined).map(|index| format!("{instance}.{index}"))).collect()
}
