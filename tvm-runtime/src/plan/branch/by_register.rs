//! A map whose keys are registers: small numbers without gaps.

use crate::plan::Register;

/// Something for some of the registers.
#[derive(Debug, Clone)]
pub(super) struct ByRegister<T>(Vec<Option<T>>);

impl<T> Default for ByRegister<T> {
    fn default() -> Self {
        ByRegister(Vec::new())
    }
}

impl<T> ByRegister<T> {
    pub(super) fn get(&self, register: Register) -> Option<&T> {
        self.0.get(register.0 as usize)?.as_ref()
    }

    pub(super) fn insert(&mut self, register: Register, item: T) {
        let index = register.0 as usize;
        if self.0.len() <= index {
            self.0.resize_with(index + 1, || None);
        }
        self.0[index] = Some(item);
    }

    pub(super) fn remove(&mut self, register: Register) -> Option<T> {
        self.0.get_mut(register.0 as usize)?.take()
    }
}
