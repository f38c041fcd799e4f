using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Architecture;

/// <summary>The house keeps its direction of dependencies (docs/architecture.md), in the code as compiled.</summary>
public sealed class DependencyDirectionTests
{
    private static readonly string EnginePath = typeof(Digest).Assembly.Location;

    [Fact]
    public void Rooms_use_only_the_rooms_below_them()
    {
        using var engine = new AssemblyScan(EnginePath);
        Assert.Empty(RoomRules.Engine.Violations(engine));
    }

    [Fact]
    public void Every_type_is_in_a_room()
    {
        using var engine = new AssemblyScan(EnginePath);
        Assert.Empty(RoomRules.Engine.Homeless(engine));
    }

    [Fact]
    public void The_engine_has_neither_console_nor_current_directory()
    {
        using var engine = new AssemblyScan(EnginePath);
        Assert.Empty(CodeRules.HostUses(engine));
    }

    [Fact]
    public void Only_compression_and_signing_call_native_code()
    {
        using var engine = new AssemblyScan(EnginePath);
        Assert.Equal(["Compression", "Signing"], CodeRules.NativeRooms(engine, RoomRules.Engine).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_engine_shows_no_type_of_a_third_party()
    {
        using var engine = new AssemblyScan(EnginePath);
        Assert.Empty(CodeRules.Strangers(engine, "Diffah.Engine"));
        // What it stands on beside the platform, all of it.
        Assert.Equal(["Polly.Core", "YamlDotNet"], engine.References.Where(reference => !CodeRules.IsPlatform(reference)));
    }

    [Fact]
    public void The_command_line_stands_on_the_engine_alone()
    {
        using var cli = new AssemblyScan(Path.Combine(Path.GetDirectoryName(EnginePath)!, "diffah.dll"));
        Assert.Equal(["Diffah.Engine"], cli.References.Where(IsOurs));
    }

    [Fact]
    public void The_module_stands_on_the_engine_alone_and_shows_no_type_of_a_third_party()
    {
        using var module = new AssemblyScan(Repository.BuildOf("src/Diffah.PowerShell", "Diffah.PowerShell.dll"));
        Assert.Equal(["Diffah.Engine"], module.References.Where(IsOurs));
        Assert.Empty(CodeRules.Strangers(module, "Diffah.PowerShell", "Diffah.Engine", "System.Management.Automation"));
    }

    private static bool IsOurs(string assembly) => assembly.StartsWith("Diffah.", StringComparison.Ordinal);
}
