//! `:as ROLE [USER]`: sends requests as a role, so that its policies decide.

use super::super::words::Fault;
use super::{OwnCommand, Workbench};
use crate::safe_text::line;
use crate::world::iam::Principal;

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "as",
    usage: ":as [ROLE [USER]]",
    about: "send requests as a role, or as admin again",
    details:
        "  aws iam put-role-policy gives a role a policy; USER is what ${www.amazon.com:user_id} and its kin stand for.
  :as app ana    as the role app, for the user ana
  :as admin      as an administrator, who may do everything
",
    needs_words: false,
    run,
};

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    match words.split_whitespace().collect::<Vec<_>>()[..] {
        [] => {}
        ["admin"] => bench.world.iam_mut().act_as(None),
        [role] => bench.act_as(role, role)?,
        [role, user] => bench.act_as(role, user)?,
        _ => return Err(format!("Expected a role and a user, found {words}").into()),
    }
    Ok(match bench.world().iam().acting() {
        None => "Requests are sent as an administrator.\n".to_owned(),
        Some(Principal { role, user }) => {
            format!("Requests are sent as the role {}, for the user {}.\n", line(role), line(user))
        }
    })
}

impl Workbench {
    fn act_as(&mut self, role: &str, user: &str) -> Result<(), String> {
        let iam = self.world.iam_mut();
        if !iam.roles().any(|known| known == role) {
            return Err(format!("There is no role {role}; aws iam put-role-policy makes one."));
        }
        iam.act_as(Some(Principal { role: role.to_owned(), user: user.to_owned() }));
        Ok(())
    }
}
