//! Content of a few made-up entries, so that what screens look like does not change with the questions and labs.

use std::sync::Arc;

use dynadrill::content::{Choice, Claim, Exhibit, ExhibitKind, Library, Question, Topic, Trap};

use crate::seat::library;

/// Three topics, a dozen questions, two labs.
pub(crate) fn small() -> Arc<Library> {
    let whole = library();
    let titles = [("keys", "Keys and partitions"), ("scan", "Query and Scan"), ("ttl", "Time to live")];
    let topics = titles.map(|(id, title)| {
        let claim =
            Claim { id: format!("{id}-1"), text: format!("What there is to know of {title}, in one sentence.") };
        Topic { id: id.to_owned(), title: title.to_owned(), claims: vec![claim] }
    });
    let traps = vec![Trap {
        id: "filter".to_owned(),
        belief: "A filter makes a Scan cheaper.".to_owned(),
        truth: "Units are counted on what is read, before the filter drops anything.".to_owned(),
        claims: vec!["scan-1".to_owned()],
    }];
    let questions = (0..12).map(|number| question(&whole.questions[0], number, titles[number % 3].0));
    let mut labs: Vec<_> = whole.labs.iter().take(2).cloned().collect();
    for (lab, title) in labs.iter_mut().zip(["Query against Scan", "A hot key"]) {
        lab.name = title.to_lowercase().replace(' ', "-");
        lab.title = title.to_owned();
        lab.minutes = 8;
        lab.claims = vec!["scan-1".to_owned()];
        "A shop keeps its orders in one table. You read them in two ways and compare what each costs."
            .clone_into(&mut lab.intro);
        lab.steps.truncate(2);
        for (step, title) in lab.steps.iter_mut().zip(["Read everything", "Read what is needed"]) {
            title.clone_into(&mut step.title);
        }
    }
    let skills = [("1.3.3".to_owned(), "Query and Scan".to_owned())].into_iter().collect();
    Arc::new(Library {
        questions: questions.collect(),
        topics: topics.to_vec(),
        traps,
        labs,
        skills,
        fixtures: Vec::new(),
    })
}

fn question(like: &Question, number: usize, topic: &str) -> Question {
    let option = |text: &str, correct: bool| Choice {
        text: text.to_owned(),
        correct,
        trap: (!correct).then(|| "filter".to_owned()),
        why: format!("This is why the option {} right here.", if correct { "is" } else { "is not" }),
        right_if: (!correct).then(|| "It would be right if the table had ten items.".to_owned()),
        tries: Vec::new(),
        sees: Vec::new(),
        lacks: Vec::new(),
    };
    let exhibit = Exhibit {
        kind: ExhibitKind::Json,
        language: "json".to_owned(),
        caption: Some("The response".to_owned()),
        text: "{\n  \"Count\": 1,\n  \"ScannedCount\": 48210\n}".to_owned(),
    };
    Question {
        id: format!("small-{number}"),
        pattern: None,
        topic: topic.to_owned(),
        claims: vec![format!("{topic}-1")],
        skills: vec!["1.3.3".to_owned()],
        choose: 1,
        stem: format!(
            "Company {number} stores orders in a DynamoDB table with customerId as the partition key. A function looks up \
             orders by status with a Scan and a filter, many times a minute, and the bill grows with the table. Which \
             solution will meet this requirement with the LEAST operational overhead?"
        ),
        exhibits: if number == 1 { vec![exhibit] } else { Vec::new() },
        options: vec![
            option("Run the Scan with a ProjectionExpression that returns two attributes only.", false),
            option("Create a global secondary index with status as the partition key, and query it.", true),
            option("Run the Scan in four segments.", false),
            option("Set Limit to 20 so that the Scan stops after the first page of orders.", false),
        ],
        on: None,
        setup: Vec::new(),
        family: None,
        unproved: Some("nothing is tried here".to_owned()),
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html".to_owned(),
        ..like.clone()
    }
}
