//! The container of a model file, safetensors: eight bytes with the length of a JSON header, the header,
//! the data. The header is read once, and no length in it is believed before it is compared with that
//! of the file.

use safetensors::tensor::{Metadata, TensorView};

use super::ModelError;

/// Characters of a message about what cannot be read; it may quote the file.
const SHOWN: usize = 300;

/// The bytes that say how long the header is.
const LENGTH_BYTES: usize = 8;

/// A file whose tensors lie in its data without gaps.
pub(super) struct Container<'bytes> {
    header: Metadata,
    /// Everything before the data.
    head: usize,
    data: &'bytes [u8],
}

/// A message about JSON, cut and without control characters.
pub(super) fn shown(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let end = message.char_indices().nth(SHOWN).map(|(end, _)| end);
    match end {
        Some(end) => format!("{}…", message[..end].escape_debug()),
        None => message.escape_debug().to_string(),
    }
}

impl<'bytes> Container<'bytes> {
    /// Reads the header.
    pub(super) fn read(bytes: &'bytes [u8]) -> Result<Container<'bytes>, ModelError> {
        let wrong = |problem: String| ModelError::Container(problem);
        let Some((length, rest)) = bytes.split_first_chunk::<LENGTH_BYTES>() else {
            return Err(wrong(format!("it has {} bytes", bytes.len())));
        };
        let length = u64::from_le_bytes(*length);
        let split = usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length));
        let (text, data) = split.ok_or_else(|| {
            wrong(format!("it has {} bytes, and its header would take {length}", bytes.len()))
        })?;
        let header: Metadata = serde_json::from_slice(text)
            .map_err(|error| wrong(format!("its header cannot be read: {}", shown(&error))))?;
        if header.data_len() != data.len() {
            let (found, expected) = (data.len(), header.data_len());
            return Err(wrong(format!("it has {found} bytes of tensors, not {expected}")));
        }
        Ok(Container { header, head: bytes.len() - data.len(), data })
    }

    /// How many bytes there are before the data.
    pub(super) fn head(&self) -> usize {
        self.head
    }

    /// An entry of the header's map of texts.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        Some(self.header.metadata().as_ref()?.get(key)?)
    }

    /// The tensor of this name.
    pub(super) fn tensor(&self, name: &str) -> Option<TensorView<'bytes>> {
        let info = self.header.info(name)?;
        let (begin, end) = info.data_offsets;
        let data = self.data.get(begin..end)?;
        TensorView::new(info.dtype, info.shape.clone(), data).ok()
    }
}
