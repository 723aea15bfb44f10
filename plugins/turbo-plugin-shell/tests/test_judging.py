"""How much harm a command line can do: what is known, what raises it, and what nobody gets past it."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turbo_plugin_shell.catalogue import categories, commands, known
from turbo_plugin_shell.judging import judge
from turbo_plugin_shell.risks import ORDER, above

READ = """
ls -la src
cat README.md
head -n 5 README.md
grep -rn word src
rg word
find . -name *.py
du -sh .
diff a b
sort a
awk -F: {print} a
awk {print} a
sed --sandbox s/a/b/ a
tar -tzf a.tgz
unzip -l a.zip
ps aux
kill -l
uname -a
hostname
env
nice -n 5 ls
timeout 10 ls -l
timeout --signal=KILL 10 ls
nohup ls
curl -sSfL https://example.org/a
git status
git log --oneline -n 5
git -C src diff
git --no-pager show
git stash list
gh pr list
pip list
pip -q show click
uv pip list
npm ls --all
cargo tree
go list -m all
go mod graph
mvn -q dependency:tree
ruff check src
docker ps
docker container ls
kubectl -n web get pods
helm list
terraform validate
aws s3 ls
aws --region eu-central-1 ec2 describe-instances
gcloud compute instances list
az vm list
python --version
rm --help
/usr/bin/env
"""

CHANGE = """
mkdir src/new
touch a
cp a b
mv a b
rm -rf src
sed --sandbox -i s/a/b/ a
sort -o b a
tar -xzf a.tgz
curl -o page https://example.org/a
git add .
git commit -am message
git push origin main
git pull
pip install click
uv add click
npm install
npm run build
npm audit fix
cargo build --release
go build ./...
mvn -q clean test
gradle check
make all
gcc -O2 -o a a.c
gcc-12 -c a.c
pytest -q tests
ruff check --fix src
ruff format
mypy src
python script.py --fast
python3.12 script.py
docker build .
kubectl apply -f a.yaml
terraform plan
nice -n 5 make
"""

DESTROY = """
unknown-command
./script.sh
/tmp/ls
sh -c ls
bash script.sh
sudo ls
xargs rm
eval ls
dd if=a of=b
shred a
find . -delete
find . -exec rm {} +
find . -execdir rm {} ;
find . -okdir rm {} ;
rsync -a --del a b
rsync -a a host:b
sed s/a/b/ a
sed 1e\\ ls a
awk {system("ls")} a
awk {print>"b"} a
awk -f program a
sort --compress-program=sh a
tar -xf a --to-command=sh
tar -xf a --checkpoint-action=exec=sh
tar -cf a --use-compress-prog=sh b
tar -xPf a
zip -TT sh a.zip a
curl -X DELETE https://example.org/a
curl -d a=1 https://example.org/a
curl --data-bin @a https://example.org/a
curl -sXPOST https://example.org/a
hostname other
kill 1
env PATH=/tmp ls
env LD_PRELOAD=a.so ls
env -S ls
timeout 10 rm -rf /
timeout --unknown 10 ls
nice sh
git push --force
git push -f
git push --forc
git push origin +main
git push origin :main
git reset --hard
git clean -fdx
git checkout main
git -c alias.status=!sh status
git --exec-path=. status
git fetch --upload-pack=sh
git clone ext::sh
git grep -Osh word
git nonsense
git --unknown status log
gh api status -X POST
gh repo delete
pip uninstall --break-system-packages click
pip config set a b
npm exec sh
npm install --global a
npm --unknown run test
npx a
cargo install a
go run example.org/a@latest
go test -exec sh ./...
mvn test deploy
mvn exec:java
make CC=sh
make SHELL=/bin/sh
cmake -E rm a
cmake -DCMAKE_CXX_COMPILER=sh .
gcc @args
javac -processor A a.java
pytest -p plugin
python -c pass
python -m http.server
python
python ../outside.py
node -e 1
java -jar a.jar
docker run --privileged a
docker run -v /:/host a
docker rm a
kubectl delete pod a
kubectl --unknown get delete pod
terraform apply
terraform destroy
aws s3 rm a
aws s3 --recursive rm a
psql -c drop
sqlite3 a.db
"""

OUTSIDE = """
rm ../outside.py
rm /etc/passwd
cp a /etc/passwd
mv a ..
mkdir ../new
touch link/a
tar -xf a -C ..
tar -xf a -C..
tar -xf a --directory=/tmp
curl -o/tmp/page https://example.org/a
curl --output=../page https://example.org/a
gcc -o../a a.c
make -f /tmp/other.mk
git -C .. add .
git clone file:///tmp/other
pip install -t /usr/lib a
rm -rf .
rm -rf ./
rm -rf src/..
rm -r .git
mv .git/HEAD a
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A project with a script, a link that leads out, and something outside."""
    place = tmp_path / "project"
    (place / "src").mkdir(parents=True)
    (place / "script.py").write_text("pass\n")
    (place / "link").symlink_to(tmp_path)
    (tmp_path / "outside.py").write_text("pass\n")
    return place


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize(
    ("line", "risk"),
    [(line, risk) for risk, text in zip(ORDER, (READ, CHANGE, DESTROY), strict=True) for line in lines(text)],
)
def test_the_risk_of_a_command_line(line: str, risk: str, workspace: Path) -> None:
    judged = judge(shlex.split(line), workspace, workspace)
    assert judged.risk == risk, judged
    assert judged.reasons


@pytest.mark.parametrize("line", lines(OUTSIDE))
def test_what_leads_out_of_the_workspace_is_destroy(line: str, workspace: Path) -> None:
    judged = judge(shlex.split(line), workspace, workspace)
    assert judged.risk == "destroy", judged


def test_a_command_outside_of_the_workspace_changes_something_there(workspace: Path) -> None:
    assert judge(["touch", "a"], workspace / "src", workspace).risk == "change"
    assert judge(["touch", "a"], workspace.parent, workspace).risk == "destroy"
    assert judge(["ls"], workspace.parent, workspace).risk == "read"


def test_the_reason_names_what_raised_the_risk(workspace: Path) -> None:
    judged = judge(["timeout", "5", "git", "push", "--force"], workspace, workspace)
    assert judged.reasons == ("timeout runs git", "git push is change", "--force makes it destroy")
    assert (judged.command, judged.verb, judged.category) == ("git", "push", "git")


@given(st.lists(st.text(max_size=8), min_size=1, max_size=5))
def test_no_words_break_it(argv: list[str]) -> None:
    assert judge(argv, Path("/tmp/project"), Path("/tmp/project")).risk in ORDER


@given(st.sampled_from(lines(READ + CHANGE)), st.lists(st.sampled_from([*DESTROY.split(), *CHANGE.split()]), max_size=3))
def test_more_words_at_the_end_never_lower_the_risk(line: str, more: list[str]) -> None:
    place = Path("/tmp/project")
    argv = shlex.split(line)
    if argv[1:] in (["--version"], ["--help"]):
        return
    assert not above(judge(argv, place, place).risk, judge([*argv, *more], place, place).risk)


def test_the_catalogue_is_sound() -> None:
    assert len(commands()) >= 60
    for command in commands().values():
        assert command.category in categories()
        assert {command.risk, *command.flags.values(), *command.words.values(), *command.verbs.values()} <= {*ORDER}
        assert all(flag.startswith("-") for flag in (*command.flags, *command.safer, *command.valued, *command.bare))
        assert not command.verbs or command.risk == "destroy"
    assert {command.category for command in commands().values()} == set(categories())


def test_other_names_and_versions_are_known() -> None:
    assert [getattr(known(name), "name", None) for name in ("g++", "python3.12", "gcc-12", "podman", "nothing", "")] == [
        "gcc",
        "python",
        "gcc",
        "docker",
        None,
        None,
    ]
