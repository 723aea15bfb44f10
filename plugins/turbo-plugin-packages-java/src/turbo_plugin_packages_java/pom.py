"""A manifest of Maven: where it names a package, and where it sets a property. Starts nothing, and resolves nothing."""

from __future__ import annotations

from turbo_plugin_packages_java.document import Document, Element


class Pom(Document):
    """A ``pom.xml``."""

    def named(self, name: str) -> list[Element]:
        """The elements ``dependency`` of ``group:artifact``, managed ones included."""
        own = [*self.root.find("dependencies", "dependency")]
        managed = [*self.root.find("dependencyManagement", "dependencies", "dependency")]
        return [one for one in own + managed if f"{self.text(one.child('groupId'))}:{self.text(one.child('artifactId'))}" == name]

    def property(self, name: str) -> Element | None:
        """Where a property is set."""
        return next(self.root.find("properties", name), None)
