using Diffah.Fuzz.Building;
using Diffah.Fuzz.Running;

namespace Diffah.Fuzz.Classes;

/// <summary>The classes there are.</summary>
internal static class FuzzClasses
{
    public static IReadOnlyList<FuzzClass> All { get; } =
    [
        new DeltaClass(), new BundleClass(), new SidecarClass(), new PatchClass(),
        new ModelClass(), new ZstdRecipeClass(), new TokenRecipeClass(), new PackageClass(),
        .. Storing.Transports.Select(transport => new ImageClass(transport)),
        new ManifestClass(), new LayerClass(), new SignatureClass(), new AuthFileClass(), new ConfigurationClass(),
        new SpecClass(), new DockerfileClass(), new NameClass(), new RegistryClass(),
    ];

    public static FuzzClass Get(string name) => All.FirstOrDefault(inputClass => inputClass.Name == name)
        ?? throw new ArgumentException(
            $"There is no class '{name}'. There are: {string.Join(", ", All.Select(c => c.Name))}.");
}
