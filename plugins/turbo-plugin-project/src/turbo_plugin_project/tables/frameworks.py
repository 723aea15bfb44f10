"""The frameworks, and what each is known by: packages that a manifest names, or files."""

from __future__ import annotations

from typing import Final

from turbo_plugin_project.tables.signature import Clue, Framework


def _of(ecosystem: str, **packages: str) -> tuple[Framework, ...]:
    """Frameworks that are known by their packages alone; in a name ``_`` is a space, and packages are parted by spaces."""
    return tuple(
        Framework(name=name.replace("_", " "), ecosystem=ecosystem, packages=tuple(names.split()))
        for name, names in packages.items()
    )


_PYTHON: Final = _of(
    "python",
    Flask="flask",
    FastAPI="fastapi",
    Starlette="starlette",
    Pyramid="pyramid",
    Tornado="tornado",
    aiohttp="aiohttp",
    Sanic="sanic",
    Celery="celery",
    SQLAlchemy="sqlalchemy",
    Pydantic="pydantic",
    Click="click",
    Typer="typer",
    NumPy="numpy",
    pandas="pandas",
    PyTorch="torch",
    TensorFlow="tensorflow",
    **{"scikit-learn": "scikit-learn"},
    Streamlit="streamlit",
    Airflow="apache-airflow",
    Scrapy="scrapy",
    Hypothesis="hypothesis",
)
_NODE: Final = _of(
    "node",
    React="react",
    Preact="preact",
    Vue="vue",
    Svelte="svelte",
    SolidJS="solid-js",
    Lit="lit",
    Express="express",
    Koa="koa",
    Fastify="fastify",
    NestJS="@nestjs/core",
    Hapi="@hapi/hapi",
    Next_js="next",
    Nuxt="nuxt",
    Gatsby="gatsby",
    Remix="@remix-run/*",
    SvelteKit="@sveltejs/kit",
    Astro="astro",
    Electron="electron",
    React_Native="react-native",
    Expo="expo",
    Mocha="mocha",
    AVA="ava",
    tape="tape",
    node_tap="tap",
    Prisma="prisma @prisma/client",
    Redux="redux @reduxjs/toolkit",
    Tailwind_CSS="tailwindcss",
    Storybook="storybook @storybook/*",
)
_RUST: Final = _of(
    "rust",
    Actix="actix-web",
    Axum="axum",
    Rocket="rocket",
    warp="warp",
    Tokio="tokio",
    Bevy="bevy",
    Tauri="tauri",
    clap="clap",
    serde="serde",
    Diesel="diesel",
    criterion="criterion",
)
_GO: Final = _of(
    "go",
    Gin="github.com/gin-gonic/gin",
    Echo="github.com/labstack/echo*",
    Fiber="github.com/gofiber/fiber*",
    chi="github.com/go-chi/chi*",
    Cobra="github.com/spf13/cobra",
    gRPC_Go="google.golang.org/grpc",
    GORM="gorm.io/gorm",
    Testify="github.com/stretchr/testify",
)
_JVM: Final = _of(
    "java",
    Spring_Boot="org.springframework.boot:*",
    Spring="org.springframework:*",
    Quarkus="io.quarkus:* io.quarkus.platform:*",
    Micronaut="io.micronaut:*",
    Vert_x="io.vertx:*",
    Hibernate="org.hibernate:* org.hibernate.orm:*",
    Jakarta_EE="jakarta.platform:*",
    JUnit="junit:junit org.junit.jupiter:* org.junit:*",
    TestNG="org.testng:testng",
    Ktor="io.ktor:*",
)
_OTHERS: Final = (
    *_of("ruby", Rails="rails", Sinatra="sinatra", Hanami="hanami", RSpec="rspec rspec-rails", Minitest="minitest"),
    *_of(
        "php",
        Laravel="laravel/framework",
        Symfony="symfony/framework-bundle symfony/symfony",
        Slim="slim/slim",
        CakePHP="cakephp/cakephp",
        Laminas="laminas/laminas-mvc",
        PHPUnit="phpunit/phpunit",
    ),
    *_of(
        "dotnet",
        ASP_NET_Core="Microsoft.AspNetCore.*",
        Entity_Framework="Microsoft.EntityFrameworkCore*",
        xUnit="xunit",
        NUnit="NUnit",
        MSTest="MSTest*",
        MAUI="Microsoft.Maui.*",
    ),
    *_of("dart", Flutter="flutter", Riverpod="flutter_riverpod"),
    *_of("elixir", Phoenix="phoenix", Ecto="ecto"),
)
_BY_FILES: Final = (
    Framework(
        name="Django",
        ecosystem="python",
        packages=("django",),
        clues=(Clue(file="manage.py", holds=r"DJANGO_SETTINGS_MODULE", weight=0.97),),
    ),
    Framework(
        name="pytest",
        ecosystem="python",
        packages=("pytest",),
        clues=(
            Clue(file="pytest.ini", weight=0.95),
            Clue(file="conftest.py", weight=0.9),
            Clue(file="tests/conftest.py", weight=0.9),
            Clue(file="pyproject.toml", holds=r"^\[tool\.pytest", weight=0.95),
            Clue(file="setup.cfg", holds=r"^\[tool:pytest\]", weight=0.95),
            Clue(file="tox.ini", holds=r"^\[pytest\]", weight=0.95),
        ),
    ),
    Framework(
        name="tox",
        ecosystem="python",
        packages=("tox",),
        clues=(Clue(file="tox.ini", holds=r"^\[(tox|testenv)", weight=0.97), Clue(file="tox.toml", weight=0.97)),
    ),
    Framework(name="nox", ecosystem="python", packages=("nox",), clues=(Clue(file="noxfile.py", weight=0.97),)),
    Framework(
        name="Sphinx",
        ecosystem="python",
        packages=("sphinx",),
        clues=(Clue(file="docs/conf.py", weight=0.9), Clue(file="doc/conf.py", weight=0.9)),
    ),
    Framework(name="MkDocs", ecosystem="python", packages=("mkdocs",), clues=(Clue(file="mkdocs.yml", weight=0.97),)),
    Framework(name="Jupyter", ecosystem="python", packages=("jupyter", "notebook"), clues=(Clue(file="*.ipynb", weight=0.8),)),
    Framework(name="Angular", ecosystem="node", packages=("@angular/core",), clues=(Clue(file="angular.json", weight=0.97),)),
    Framework(name="Vite", ecosystem="node", packages=("vite",), clues=(Clue(file="vite.config.*", weight=0.95),)),
    Framework(name="webpack", ecosystem="node", packages=("webpack",), clues=(Clue(file="webpack.config.*", weight=0.95),)),
    Framework(name="Rollup", ecosystem="node", packages=("rollup",), clues=(Clue(file="rollup.config.*", weight=0.95),)),
    Framework(name="Jest", ecosystem="node", packages=("jest",), clues=(Clue(file="jest.config.*", weight=0.95),)),
    Framework(name="Vitest", ecosystem="node", packages=("vitest",), clues=(Clue(file="vitest.config.*", weight=0.95),)),
    Framework(name="Cypress", ecosystem="node", packages=("cypress",), clues=(Clue(file="cypress.config.*", weight=0.95),)),
    Framework(
        name="Playwright",
        ecosystem="node",
        packages=("@playwright/test", "playwright"),
        clues=(Clue(file="playwright.config.*", weight=0.95),),
    ),
    Framework(
        name="ESLint",
        ecosystem="node",
        packages=("eslint",),
        clues=(Clue(file="eslint.config.*", weight=0.95), Clue(file=".eslintrc*", weight=0.95)),
    ),
    Framework(name="Qt", clues=(Clue(file="CMakeLists.txt", holds=r"find_package\s*\(\s*Qt[456]", weight=0.95),)),
    Framework(
        name="GoogleTest",
        clues=(Clue(file="CMakeLists.txt", holds=r"(?i)find_package\s*\(\s*GTest|googletest", weight=0.9),),
    ),
    Framework(name="Boost", clues=(Clue(file="CMakeLists.txt", holds=r"find_package\s*\(\s*Boost", weight=0.95),)),
    Framework(name="GitHub Actions", clues=(Clue(file=".github/workflows/*.y*ml", weight=0.95),)),
    Framework(name="GitLab CI", clues=(Clue(file=".gitlab-ci.yml", weight=0.97),)),
    Framework(name="Jenkins", clues=(Clue(file="Jenkinsfile", weight=0.97),)),
    Framework(name="pre-commit", clues=(Clue(file=".pre-commit-config.yaml", weight=0.98),)),
)

FRAMEWORKS: Final = (*_PYTHON, *_NODE, *_RUST, *_GO, *_JVM, *_OTHERS, *_BY_FILES)
"""All that is known. A package weighs 0.95 where it is needed to run, and 0.85 where only development needs it."""
