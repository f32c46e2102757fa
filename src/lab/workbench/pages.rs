//! Further pages, fetched by themselves as the AWS CLI fetches them: each is a request of its own in the journal.
//!
//! How they are joined, and what is left out of that, is `aws_cli`'s; here they are asked for, as work that can be stopped.

use serde_json::Value;

use super::{Failure, Workbench};
use crate::aws_cli::{Action, Command, Paged};
use crate::world::Route;

/// The most pages that one line fetches by itself.
const MAX_PAGES: usize = 10_000;
/// The work of asking for a further page, in steps.
const PAGE_STEPS: u64 = 5000;

impl Workbench {
    /// Sends a command's request, and the requests for the pages after it if it is paged; answers what is printed of them.
    pub(super) fn answers(&mut self, command: &Command, action: Action, body: &Value) -> Result<Vec<Value>, Failure> {
        let Some(paging) = &command.paging else {
            return Ok(vec![self.ask_once(&command.route, action, body.clone())?]);
        };
        let mut paged = Paged::new(paging.clone(), command.output);
        let mut body = body.clone();
        while let Some((start, next)) = paged.take(self.ask_once(&command.route, action, body.clone())?) {
            let stopped = if paged.count() == MAX_PAGES {
                Some("one line asks for no more".to_owned())
            } else {
                self.work().step(PAGE_STEPS).err().map(|stopped| stopped.to_string())
            };
            if let Some(stopped) = stopped {
                self.world.note(format!("[pages] Stopped after {} ({stopped}); there are more.", paged.count()));
                paged.stop();
                break;
            }
            body[start] = next;
        }
        if let Some(left) = paged.left() {
            self.cut.insert(self.engine().journal().recorded(), left as u64);
        }
        let count = paged.count();
        let printed = paged.finish();
        if count > 1 && printed.first().is_some_and(|first| first.get("ConsumedCapacity").is_some()) {
            let note = format!(
                "[pages] {count} requests were sent; ConsumedCapacity is the first one's, as the AWS CLI prints it."
            );
            self.world.note(note);
        }
        Ok(printed)
    }

    fn ask_once(&mut self, route: &Route, action: Action, body: Value) -> Result<Value, Failure> {
        match action {
            Action::Verb(verb) => self.send(route, verb.name, body),
            Action::Around(operation) => self.world.ask(operation, body).map_err(Failure::Refused),
        }
    }

    /// Refuses what the services around the tables are asked in another Region: there is one of each here.
    pub(super) fn check_region(&self, route: &Route, action: Action) -> Result<(), String> {
        let home = &self.engine().config().region;
        match (action, &route.region) {
            // Who may do what is the same in every Region.
            (Action::Around(operation), Some(region)) if region != home && operation.service != "iam" => Err(format!(
                "aws {} is modelled in {home} alone, not in {region}. Leave --region out.",
                operation.service
            )),
            (Action::Verb(_), Some(region)) if region != home && route.dax => {
                Err(format!("The DAX cluster is in {home}, not in {region}. Leave --region out."))
            }
            _ => Ok(()),
        }
    }
}
