"""The tools of Node.js, Rust, Go and Java, on small projects.

They fetch packages and compile, so they run when they are asked for: ``tox -e plugin-quality -- --long``.
"""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from turbo_core import ActionFailed, Context

from turbo_plugin_quality import actions

from .conftest import there, write

pytestmark = [pytest.mark.usefixtures("need"), pytest.mark.timeout(600)]

LIB = """
pub fn add(a: i32, b: i32) -> i32 {
    return a + b;
}

#[cfg(test)]
mod tests {
    #[test]
    fn adds() {
        assert_eq!(super::add(1, 2), 3);
    }
    #[test]
    fn bad() {
        assert_eq!(super::add(1, 2), 4, "it is bad");
    }
    #[test]
    #[ignore]
    fn left() {}
}
"""
GO = """package small

import "fmt"

func Add(a, b int) int { fmt.Printf("%s\\n", a); return a + b }

func Unused() int { return 1 }
"""
GO_TEST = """
package small

import "testing"

func TestAdd(t *testing.T) { if Add(1, 2) != 3 { t.Fatal("no") } }
func TestBad(t *testing.T) { t.Error("it is bad") }
func TestLeft(t *testing.T) { t.Skip("left") }
"""
POM = """
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example</groupId><artifactId>small</artifactId><version>1</version>
  <properties>
    <maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency>
      <groupId>org.junit.jupiter</groupId><artifactId>junit-jupiter</artifactId><version>5.10.2</version><scope>test</scope>
    </dependency>
  </dependencies>
  <build><plugins><plugin><artifactId>maven-surefire-plugin</artifactId><version>3.2.5</version></plugin></plugins></build>
</project>
"""
JAVA = """
import static org.junit.jupiter.api.Assertions.assertEquals;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

class SmallTest {
    @Test void adds() { assertEquals(3, 1 + 2); }
    @Test void bad() { assertEquals(4, 1 + 2, "it is bad"); }
    @Test @Disabled void left() { }
}
"""
PACKAGE = {"name": "small", "private": True, "devDependencies": {"eslint": "9.39.1", "typescript": "5.9.3"}}
ESLINT = 'module.exports = [{files: ["**/*.js"], rules: {"no-unused-vars": "error", "eqeqeq": "warn"}}];\n'


def test_clippy_and_cargo_test(context: Context) -> None:
    there("cargo", "cargo-clippy")
    write(context, Cargo__toml='[package]\nname = "small"\nversion = "0.1.0"\nedition = "2021"\n', src___lib__rs=LIB)
    found = actions.clippy(context)
    assert [(one.rule, one.level, one.path, one.line) for one in found.findings] == [
        ("clippy::needless_return", "warning", "src/lib.rs", 3)
    ]
    ran = actions.cargo_test(context)
    assert (ran.passed, ran.failed, ran.skipped, ran.evidence) == (1, 1, 1, ["small::tests::bad"])
    assert "it is bad" in ran.findings[0].message
    write(context, src___lib__rs="pub fn broken() -> i32 { true }\n")
    assert [(one.rule, one.level) for one in actions.clippy(context).findings] == [("E0308", "error")]
    with pytest.raises(ActionFailed, match="cargo ended with 101"):
        actions.cargo_test(context)


def test_go_vet_and_go_test(context: Context) -> None:
    there("go")
    write(context, go__mod="module example.org/small\n\ngo 1.20\n", a__go=GO, a_test__go=GO_TEST)
    found = actions.go_vet(context)
    assert [(one.rule, one.level, one.path, one.line) for one in found.findings] == [("printf", "warning", "a.go", 5)]
    write(context, a__go=GO.replace("%s", "%d"))
    ran = actions.go_test(context, coverage=True)
    assert (ran.passed, ran.failed, ran.skipped, ran.evidence) == (1, 1, 1, ["example.org/small.TestBad"])
    assert "it is bad" in ran.findings[0].message
    assert ran.coverage == pytest.approx(2 / 3, abs=1e-4)
    write(context, a__go="package small\n\nfunc broken() int { return true }\n")
    broken = actions.go_test(context)
    assert (broken.score, broken.failed) == (0.0, 1)


def test_maven_test(context: Context) -> None:
    there("mvn", "java")
    write(context, pom__xml=POM, src___test___java___SmallTest__java=JAVA)
    old = context.project / "target" / "surefire-reports" / "TEST-Old.xml"
    old.parent.mkdir(parents=True)
    old.write_text('<testsuite name="Old"><testcase name="gone"/></testsuite>')
    os.utime(old, (1, 1))
    try:
        ran = actions.maven_test(context)
    except ActionFailed as error:
        pytest.skip(f"Maven reaches no repository: {error}"[:300])
    assert (ran.passed, ran.failed, ran.skipped, ran.evidence) == (1, 1, 1, ["SmallTest.bad"])
    assert "it is bad" in ran.findings[0].message


def test_eslint_and_tsc(context: Context) -> None:
    there("node", "npm", "npx")
    write(context, package__json=json.dumps(PACKAGE), eslint__config__js=ESLINT, tsconfig__json='{"include": ["*.ts"]}')
    write(
        context, a__js="const a = 1;\nif (globalThis.b == 2) { globalThis.c = 3; }\n", a__ts='export const n: number = "text";\n'
    )
    quiet = ("npm", "install", "--no-audit", "--no-fund", "--silent")
    if subprocess.run(quiet, cwd=context.project, capture_output=True, check=False).returncode:
        pytest.skip("npm reaches no registry")
    found = actions.eslint(context)
    assert [(one.rule, one.level, one.path, one.line) for one in found.findings] == [
        ("no-unused-vars", "error", "a.js", 1),
        ("eqeqeq", "warning", "a.js", 2),
    ]
    types = actions.tsc(context)
    assert [(one.rule, one.level, one.path, one.line, one.column) for one in types.findings] == [
        ("TS2322", "error", "a.ts", 1, 14)
    ]
    assert not (context.project / "a.js.map").exists()
    missing = actions.tsc(context, config="missing.json")
    assert missing.errors == 1
