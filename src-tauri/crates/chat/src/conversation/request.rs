//! Asking the model: what is sent, what is repeated, and what stops it.

use std::time::Duration;

use buzz_library::Library;
use futures_util::StreamExt;
use tokio::time::Instant;

use super::approval::{Approval, Pending};
use super::{ChatEvent, Ended, Error, Reply, Stopped, ToolUse, Turn};
use crate::cancel::cancelled;
use crate::model::{Event, ModelError, Request};

impl Turn<'_> {
    /// Whether the tokens of the answer, or those of the day, are used up: how the answer ends then.
    pub(super) async fn out_of_tokens(&mut self) -> Result<Option<Ended>, Stopped> {
        let limit = self.ask.limits.tokens;
        if self.usage.input_tokens + self.usage.output_tokens >= limit {
            self.note(format!(
                "Stopped: the answer has used up the {limit} tokens it was given."
            ));
            return Ok(Some(Ended::TokenLimit));
        }
        let Some(ceiling) = self.ask.tokens_per_day else {
            return Ok(None);
        };
        let Some(why) = day_is_used_up(self.library, ceiling)? else {
            return Ok(None);
        };
        self.note(format!("Stopped: {why}"));
        Ok(Some(Ended::TokenLimit))
    }

    /// Sends the conversation so far and reads the answer; repeats what may pass by itself as long as nothing has arrived.
    pub(super) async fn request(&mut self) -> Result<Reply, Stopped> {
        let request = Request {
            system: self.system.lasting.clone(),
            situation: self.system.changing.clone(),
            messages: self.messages.clone(),
            tools: self.tools.clone(),
            max_tokens: self.ask.limits.max_tokens,
            conversation_id: Some(self.conversation_id.clone()),
        };
        if self.ask.confirm.requests() {
            let payload = self.unless_stopped(self.model.preview(&request)).await??;
            if !self.confirmed(Pending::Request { payload }).await? {
                return Err(Error::NotAllowed.into());
            }
        }
        let mut repetition = 0;
        loop {
            self.text.clear();
            let mut reply = Reply::default();
            self.requests += 1;
            let result = self.attempt(&request, &mut reply).await;
            let nothing_arrived = reply.text.is_empty() && reply.tool_uses.is_empty();
            match result {
                Ok(()) => return Ok(reply),
                Err(Stopped::Error(Error::Model(error)))
                    if error.retryable
                        && nothing_arrived
                        && repetition < self.ask.limits.retries =>
                {
                    let wait = backoff(self.ask.limits.backoff, repetition);
                    repetition += 1;
                    (self.events)(ChatEvent::Notice {
                        message: format!(
                            "{} Trying again in {:.1} s ({repetition} of {}).",
                            error.message,
                            wait.as_secs_f64(),
                            self.ask.limits.retries
                        ),
                    });
                    self.unless_stopped(tokio::time::sleep(wait)).await?;
                }
                Err(stopped) => return Err(stopped),
            }
        }
    }

    async fn attempt(&mut self, request: &Request, reply: &mut Reply) -> Result<(), Stopped> {
        let mut stream = self.unless_stopped(self.model.stream(request)).await??;
        loop {
            let event = match self.unless_stopped(stream.next()).await? {
                Some(Ok(event)) => event,
                // The answer is complete once the model has said why it stopped.
                Some(Err(_)) | None if reply.stop.is_some() => return Ok(()),
                Some(Err(error)) => return Err(error.into()),
                None => {
                    return Err(ModelError::passing(
                        "stream_cut",
                        "The answer broke off in the middle: check the network and ask again.",
                    )
                    .into());
                }
            };
            match event {
                Event::Text(delta) => {
                    reply.text.push_str(&delta);
                    self.text.push_str(&delta);
                    (self.events)(ChatEvent::Text { delta });
                }
                Event::ToolUse { id, name, input } => {
                    reply.tool_uses.push(ToolUse { id, name, input });
                }
                Event::Usage(usage) => self.usage.add(usage),
                Event::Stop(stop) => reply.stop = Some(stop),
            }
        }
    }

    /// Shows the person what is pending and waits; the time for which it waits is given back.
    pub(super) async fn confirmed(&mut self, pending: Pending) -> Result<bool, Stopped> {
        let (approval, answered) = Approval::new();
        (self.events)(ChatEvent::Confirm { pending, approval });
        let begun = Instant::now();
        let allowed = tokio::select! {
            biased;
            () = cancelled(self.cancel) => return Err(Stopped::Error(Error::Cancelled)),
            // Nobody is there to allow it any more.
            answered = answered => answered.unwrap_or(false),
        };
        self.deadline += begun.elapsed();
        Ok(allowed)
    }

    /// Runs a future until it is done, the person stops it, or the time is up.
    pub(super) async fn unless_stopped<F: Future>(&self, future: F) -> Result<F::Output, Stopped> {
        tokio::select! {
            biased;
            () = cancelled(self.cancel) => Err(Stopped::Error(Error::Cancelled)),
            () = tokio::time::sleep_until(self.deadline) => Err(Stopped::OutOfTime),
            output = future => Ok(output),
        }
    }
}

/// Whether as many tokens as one day may take are used up: what to say then.
pub(crate) fn day_is_used_up(
    library: &Library,
    ceiling: u64,
) -> Result<Option<String>, buzz_library::Error> {
    let day = jiff::Zoned::now();
    let begin = day.start_of_day().unwrap_or(day).timestamp();
    Ok((library.tokens_since(begin)? >= ceiling).then(|| {
        format!(
            "the {ceiling} tokens that you allow for one day are used up. Raise the ceiling in the settings, or go on \
             tomorrow; whatever needs no model works on."
        )
    }))
}

/// The wait before a repetition: doubled each time, at most 20 s, and somewhere in its upper half so that
/// many programs that were throttled together do not come back together.
fn backoff(first: Duration, repetition: u32) -> Duration {
    let full = first
        .saturating_mul(2_u32.saturating_pow(repetition))
        .min(Duration::from_secs(20));
    full.mul_f64(0.5 + 0.5 * fastrand::f64())
}
