"""Reads `content list --json`, prints six weeks of answers as `progress import` takes them: the same every time but for the date."""
import json
import random
import re
import sys
import time

DAY = 86_400_000
BEGIN = (int(time.time()) // 86_400 - 42) * DAY + 8 * 3_600_000

content = json.load(sys.stdin)
questions = content["questions"]
# The mistakes this learner makes.
beliefs = re.findall(r"^  - id: (\S+)", open("questions/traps.yaml").read(), re.M)[:40:5]
chance = random.Random(7)
chance.shuffle(questions)
answers, traps, seen = [], [], set()
for day in range(0, 42, 1):
    if day % 7 == 6:
        continue
    for place in range(chance.randint(4, 12)):
        question = chance.choice(questions[: 40 + day * 6])
        # What is known grows with the days, and differs by topic.
        skill = 0.45 + day * 0.009 + (sum(map(ord, question["topic"])) % 7 - 3) * 0.06
        correct = chance.random() < skill
        sure = chance.choices(["sure", "unsure", "guess", ""], [5, 3, 1, 2] if correct else [2, 3, 3, 2])[0]
        answers.append({
            "id": len(answers) + 1, "at_ms": BEGIN + day * DAY + place * 60_000, "question": question["id"],
            "topic": question["topic"], "pattern": question.get("pattern") or "", "chosen": "0", "correct": int(correct),
            "first_sight": int(question["id"] not in seen), "family": question["id"], "mode": "practice",
            "confidence": sure, "verified": 1,
        })
        seen.add(question["id"])
        if not correct:
            traps.append({"answer": len(answers), "trap": beliefs[min(int(chance.expovariate(0.25)), len(beliefs) - 1)]})
tables = dict.fromkeys(["lab_steps", "predictions", "proofs", "sessions", "settings", "imported"], [])
json.dump({"dynadrill_progress": 1, "tables": {"answers": answers, "answer_traps": traps, **tables}}, sys.stdout)
