//! A map whose keys are registers: small numbers without gaps.

use super::Register;

/// Something for some of the registers.
#[derive(Debug, Clone)]
pub(crate) struct ByRegister<T>(Vec<Option<T>>);

impl<T> Default for ByRegister<T> {
    fn default() -> Self {
        ByRegister(Vec::new())
    }
}

impl<T> ByRegister<T> {
    pub(crate) fn get(&self, register: Register) -> Option<&T> {
        self.0.get(register.0 as usize)?.as_ref()
    }

    pub(crate) fn insert(&mut self, register: Register, item: T) {
        let index = register.0 as usize;
        if self.0.len() <= index {
            self.0.resize_with(index + 1, || None);
        }
        self.0[index] = Some(item);
    }

    pub(crate) fn remove(&mut self, register: Register) -> Option<T> {
        self.0.get_mut(register.0 as usize)?.take()
    }

    /// All of them, by register.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Register, &T)> {
        let items = self.0.iter().enumerate();
        items.filter_map(|(index, item)| Some((Register(index as u32), item.as_ref()?)))
    }
}
