using Mono.Cecil;

namespace Diffah.Tests.Architecture;

/// <summary>Which rooms (namespaces below a root) each room may use; every room may use itself.</summary>
internal sealed class RoomRules(string root, IReadOnlyDictionary<string, string[]> allowed)
{
    private static readonly string[] ToContent = ["Oci", "Compression", "Diagnostics"];
    private static readonly string[] ToLayers = [.. ToContent, "Content", "Tar"];
    private static readonly string[] ToImages = [.. ToLayers, "Layers"];
    private static readonly string[] ToMiddle = [.. ToImages, "Images"];

    /// <summary>The engine's.</summary>
    public static RoomRules Engine { get; } = new("Diffah.Engine", new Dictionary<string, string[]>
    {
        ["Diagnostics"] = [],
        ["Compression"] = ["Diagnostics"],
        ["Oci"] = ["Diagnostics"],
        ["Content"] = ToContent,
        ["Tar"] = [.. ToContent, "Content"],
        ["Layers"] = ToLayers,
        ["Images"] = ToImages,
        ["Transports"] = ToMiddle,
        ["Deltas"] = ToMiddle,
        ["Reports"] = [.. ToMiddle, "Deltas"],
        ["Signing"] = [.. ToContent, "Content"],
        ["Configuration"] = [.. ToMiddle, "Transports", "Deltas"],
        ["Operations"] = [.. ToMiddle, "Transports", "Deltas", "Reports", "Signing", "Configuration"],
    });

    /// <summary>The rooms, with those that each may use.</summary>
    public IReadOnlyDictionary<string, string[]> Allowed => allowed;

    /// <summary>The uses that are not allowed, one line each.</summary>
    public IEnumerable<string> Violations(AssemblyScan scan) =>
        (from use in scan.Uses
         let user = RoomOf(use.User)
         let used = RoomOf(use.Used)
         where user is not null && used is not null && user != used
             && !allowed.GetValueOrDefault(user, []).Contains(used)
         select $"{user} must not use {used}: {use.User.FullName} uses {use.Used.FullName}").Distinct();

    /// <summary>Types below the root that are in no room known.</summary>
    public IEnumerable<string> Homeless(AssemblyScan scan) =>
        scan.Types.Where(t => RoomOf(t) is { } room && !allowed.ContainsKey(room)).Select(t => t.FullName);

    /// <summary>The first part of the namespace after the root; null outside of the root, empty right at it.</summary>
    public string? RoomOf(TypeReference type)
    {
        var name = TypeReferences.NamespaceOf(type) + ".";
        return name.StartsWith(root + ".", StringComparison.Ordinal) ? name[(root.Length + 1)..].Split('.')[0] : null;
    }
}
