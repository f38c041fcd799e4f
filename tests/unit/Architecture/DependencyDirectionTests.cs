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

    // Whatever machine it runs on, nothing of the machine's own libraries is in what it does; nor in what compresses
    // and boxes for it.
    [Theory]
    [InlineData("Diffah.Engine.dll")]
    [InlineData("Diffah.Libraries.dll")]
    [InlineData("diffah.dll")]
    [InlineData("Diffah.PowerShell.dll")]
    [InlineData("ZstdSharp.dll")]
    [InlineData("SharpCompress.dll")]
    [InlineData("BouncyCastle.Cryptography.dll")]
    [InlineData("DiffPlex.dll")]
    [InlineData("Google.Protobuf.dll")]
    public void Nothing_calls_native_code(string assembly)
    {
        using var scan = new AssemblyScan(assembly == "Diffah.PowerShell.dll" ? ModulePath : Beside(assembly));
        Assert.Empty(CodeRules.NativeCode(scan));
    }

    [Fact]
    public void The_engine_shows_no_type_of_a_third_party()
    {
        using var engine = new AssemblyScan(EnginePath);
        Assert.Empty(CodeRules.Strangers(engine, "Diffah.Engine"));
        // What it stands on beside the platform, all of it.
        Assert.Equal(["Diffah.Libraries"], engine.References.Where(reference => !CodeRules.IsPlatform(reference)));
    }

    [Fact]
    public void Third_parties_are_behind_a_wall_that_shows_none_of_their_types()
    {
        using var libraries = new AssemblyScan(Beside("Diffah.Libraries.dll"));
        Assert.Empty(CodeRules.Strangers(libraries, "Diffah.Libraries"));
        Assert.DoesNotContain(libraries.References, IsOurs);
    }

    [Fact]
    public void The_command_line_stands_on_the_engine_alone()
    {
        using var cli = new AssemblyScan(Beside("diffah.dll"));
        Assert.Equal(["Diffah.Engine"], cli.References.Where(IsOurs));
    }

    [Fact]
    public void The_module_stands_on_the_engine_alone_and_shows_no_type_of_a_third_party()
    {
        using var module = new AssemblyScan(ModulePath);
        Assert.Equal(["Diffah.Engine"], module.References.Where(IsOurs));
        Assert.Empty(CodeRules.Strangers(module, "Diffah.PowerShell", "Diffah.Engine", "System.Management.Automation"));
    }

    private static string ModulePath => Repository.BuildOf("src/Diffah.PowerShell", "Diffah.PowerShell.dll");

    private static string Beside(string assembly) => Path.Combine(Path.GetDirectoryName(EnginePath)!, assembly);

    private static bool IsOurs(string assembly) => assembly.StartsWith("Diffah.", StringComparison.Ordinal);
}
