namespace Diffah.Fuzz.Running;

/// <summary>
/// Inputs that broke a law once, in the repository: <c>tests/fuzz/seeds/*.json</c>. They are built beside the program.
/// </summary>
internal static class Seeds
{
    public static IEnumerable<FuzzInput> Of(string inputClass) => All().Where(input => input.Class == inputClass);

    private static IEnumerable<FuzzInput> All()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "seeds");
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(path =>
                FuzzInput.Load(path) with { Origin = "seeds/" + Path.GetFileName(path) })
            : [];
    }
}
