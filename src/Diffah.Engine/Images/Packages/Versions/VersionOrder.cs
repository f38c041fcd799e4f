namespace Diffah.Engine.Images.Packages.Versions;

/// <summary>Which of two versions is later, by the rules of the kind of package.</summary>
internal static class VersionOrder
{
    /// <summary>Compares two versions.</summary>
    /// <param name="type">The kind of package, as package URLs name it.</param>
    /// <param name="one">A version.</param>
    /// <param name="other">Another.</param>
    /// <returns>Negative where the first is earlier, positive where it is later; null where nobody can say, or where
    /// the rules take both for the same.</returns>
    public static int? Compare(string type, string one, string other)
    {
        var order = type switch
        {
            "deb" => DebVersion.Compare(one, other),
            "apk" => ApkVersion.Compare(one, other),
            "rpm" => RpmVersion.Compare(one, other),
            "pypi" => PythonVersion.Compare(one, other),
            "maven" => MavenVersion.Compare(one, other),
            _ => SemanticVersion.Compare(one, other),
        };
        return order == 0 ? null : order;
    }
}
