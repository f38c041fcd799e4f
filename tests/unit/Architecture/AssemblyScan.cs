using Mono.Cecil;

namespace Diffah.Tests.Architecture;

/// <summary>One type making use of another, wherever: a base, a field, a signature, a body.</summary>
internal sealed record Use(TypeDefinition User, TypeReference Used);

/// <summary>One method calling another.</summary>
internal sealed record Call(MethodDefinition Caller, MethodReference Called);

/// <summary>Reads an assembly's compiled code: what its types use and call, and what it shows to others.</summary>
internal sealed class AssemblyScan : IDisposable
{
    private readonly AssemblyDefinition _assembly;

    public AssemblyScan(string path) => _assembly = AssemblyDefinition.ReadAssembly(path);

    public IEnumerable<string> References => _assembly.MainModule.AssemblyReferences.Select(r => r.Name);

    public IEnumerable<TypeDefinition> Types => _assembly.MainModule.GetTypes();

    public IEnumerable<MethodDefinition> Methods => Types.SelectMany(t => t.Methods);

    /// <summary>Everything that any type uses, its own compiler-made helpers included.</summary>
    public IEnumerable<Use> Uses =>
        Types.SelectMany(type => Direct(type).SelectMany(TypeReferences.Parts).Select(used => new Use(type, used)));

    public IEnumerable<Call> Calls =>
        from method in Methods
        where method.HasBody
        from instruction in method.Body.Instructions
        where instruction.Operand is MethodReference
        select new Call(method, (MethodReference)instruction.Operand);

    /// <summary>Calls by an address, with the convention that the address is called by.</summary>
    public IEnumerable<(MethodDefinition Caller, MethodCallingConvention Convention)> AddressCalls =>
        from method in Methods
        where method.HasBody
        from instruction in method.Body.Instructions
        where instruction.Operand is CallSite
        select (method, ((CallSite)instruction.Operand).CallingConvention);

    /// <summary>The types in signatures that other assemblies can see.</summary>
    public IEnumerable<Use> PublicSignatures =>
        from type in Types
        where IsVisible(type)
        from used in Heads(type).Concat(type.Methods.Where(IsVisible).SelectMany(Signature))
            .Concat(type.Fields.Where(IsVisible).Select(f => f.FieldType))
        from part in TypeReferences.Parts(used)
        select new Use(type, part);

    public void Dispose() => _assembly.Dispose();

    private static bool IsVisible(TypeDefinition type) =>
        type.IsPublic || ((type.IsNestedPublic || type.IsNestedFamily) && IsVisible(type.DeclaringType));

    private static bool IsVisible(MethodDefinition method) =>
        method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(FieldDefinition field) =>
        field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    private static IEnumerable<TypeReference> Direct(TypeDefinition type) => Heads(type)
        .Concat(type.CustomAttributes.Select(a => a.AttributeType))
        .Concat(type.Fields.Select(f => f.FieldType))
        .Concat(type.Methods.SelectMany(Signature))
        .Concat(type.Methods.Where(m => m.HasBody).SelectMany(Body));

    private static IEnumerable<TypeReference> Heads(TypeDefinition type) => type.Interfaces.Select(i => i.InterfaceType)
        .Concat(type.GenericParameters.SelectMany(g => g.Constraints).Select(c => c.ConstraintType))
        .Concat(type.BaseType is { } parent ? [parent] : []);

    private static IEnumerable<TypeReference> Signature(MethodReference method) =>
        method.Parameters.Select(p => p.ParameterType).Append(method.ReturnType);

    private static IEnumerable<TypeReference> Body(MethodDefinition method) =>
        method.Body.Variables.Select(v => v.VariableType)
            .Concat(method.Body.ExceptionHandlers.Where(h => h.CatchType is not null).Select(h => h.CatchType))
            .Concat(method.Body.Instructions.SelectMany(i => Operand(i.Operand)));

    private static IEnumerable<TypeReference> Operand(object? operand) => operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod generic => Operand(generic.ElementMethod).Concat(generic.GenericArguments),
        MethodReference method => Signature(method).Append(method.DeclaringType),
        _ => [],
    };
}
